using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>Serves WebSockets that speak the rooms' envelope.</summary>
internal sealed class RoomsWebSocketEndpoint(RoomGraph graph, RoomsEndpointOptions options)
{
    public RoomsEndpointOptions Options { get; } = options;

    public async Task ServeAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        var wire = new WebSocketWire(connection);
        connection.OnClose = wire.OnClosed;
        var session = await graph.OpenAsync(wire, new SessionStart
        {
            User = request.User,
            RemoteAddress = request.RemoteEndPoint?.Address,
            Request = request,
        }).ConfigureAwait(false);
        // It may have ended before it had a session.
        if (connection.State == ReadyState.Closed)
            wire.Session?.End((int)CloseCode.Abnormal);
        if (session is null)
            return;
        var codec = wire.Codec.Codec;
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            if (message.IsText != codec.IsText)
                session.SendError(codec.IsText ? RoomError.InvalidJson : RoomError.InvalidBinary);
            else if (codec.TryRead(message.Data, out var envelope, out var error))
                await session.ReceiveAsync(envelope).ConfigureAwait(false);
            else
                session.SendError(error!, envelope.Id, envelope.Room);
        }
    }
}
