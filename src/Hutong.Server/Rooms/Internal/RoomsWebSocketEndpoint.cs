using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Internal;

/// <summary>Serves WebSockets that speak the rooms' envelope.</summary>
internal sealed class RoomsWebSocketEndpoint(RoomsEndpoint endpoint)
{
    /// <summary>Lets a request for a WebSocket in, or answers it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">The opening handshake.</param>
    public Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        var error = endpoint.Admit(context.Connection.RemoteIpAddress) ?? endpoint.Identify(context);
        return error is null ? next(context) : endpoint.RefuseAsync(context, error);
    }

    public async Task ServeAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        var wire = new WebSocketWire(connection);
        connection.OnClose = wire.OnClosed;
        var session = await endpoint.Graph.OpenAsync(wire, new SessionStart
        {
            User = request.KnownUser,
            RemoteAddress = request.RemoteEndPoint?.Address,
            Request = request,
        }).ConfigureAwait(false);
        // It may have ended before it had a session.
        if (connection.State == ReadyState.Closed)
            wire.Session?.End((int)CloseCode.Abnormal);
        if (session is null)
            return;
        wire.Gate = new SessionGate(endpoint, session);
        if (session.IsEnded)
            wire.Gate.End();
        endpoint.SendAwayIfStopping(session);
        var codec = wire.Codec.Codec;
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            // It may be another one since the last message: see SessionGate.Resume.
            session = wire.Session!;
            if (message.IsText != codec.IsText)
                session.SendError(codec.IsText ? RoomError.InvalidJson : RoomError.InvalidBinary);
            else if (!codec.TryRead(message.Data, out var envelope, out var error) || (error = wire.Gate.Check(envelope)) is not null)
                session.SendError(error!, envelope.Id, envelope.Room);
            else
                await session.ReceiveAsync(envelope).ConfigureAwait(false);
        }
    }
}
