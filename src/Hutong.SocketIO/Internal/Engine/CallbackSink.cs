using Hutong.Connections;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>The callbacks of <see cref="EngineSocket"/>.</summary>
internal sealed class CallbackSink : IEngineSink
{
    public static readonly CallbackSink Instance = new();

    public ValueTask OnMessageAsync(EngineSocket socket, ReadOnlyMemory<byte> data, bool isBinary) =>
        socket.OnMessage?.Invoke(socket, new Message(isBinary ? MessageType.Binary : MessageType.Text, data)) ?? default;

    public void OnUpgraded(EngineSocket socket) => socket.OnUpgrade?.Invoke(socket);

    public void OnClosed(EngineSocket socket, EngineCloseReason reason, string? description) => socket.OnClose?.Invoke(socket, reason);
}
