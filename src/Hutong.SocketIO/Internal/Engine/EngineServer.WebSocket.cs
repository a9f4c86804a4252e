using Hutong.Connections;
using Hutong.Server;

namespace Hutong.SocketIO.Internal.Engine;

/// <content>WebSockets: those that open a session, and those to which a session moves.</content>
internal sealed partial class EngineServer
{
    private async Task ServeWebSocketAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        if (request.Query.TryGetValue("sid", out var sid))
        {
            // It was there when the handshake was let in.
            if (_sockets.TryGetValue(sid.ToString(), out var moving))
                await moving.UpgradeAsync(connection).ConfigureAwait(false);
            else
                _ = connection.CloseAsync();
            return;
        }

        var socket = new EngineSocket(this, NewId(), request, connection);
        connection.TrySend(_openWebSocket.For(socket.Id), MessageType.Text);
        if (Options.InitialPacket is { } initial)
            connection.TrySend(initial.Prepared);
        if (await OpenAsync(socket).ConfigureAwait(false))
            await socket.ReadAsync(connection).ConfigureAwait(false);
        await socket.WaitUntilTold().ConfigureAwait(false);
    }
}
