using Hutong.Connections;
using Hutong.Server;

namespace Hutong.SocketIO.Internal;

/// <summary>An Engine.IO session.</summary>
internal sealed class EngineLink(EngineSocket socket) : IEngineLink
{
    public EngineSocket? Socket => socket;

    public WebSocketRequest Request => socket.Request;

    public bool IsOpen => socket.IsOpen;

    public bool IsWritable => socket.IsWritable;

    public long BufferedAmount => socket.BufferedAmount;

    public WebSocketConnection? Direct => socket.Direct;

    public bool TrySend(EngineMessage message) => socket.TrySend(message);

    public bool TrySend(ReadOnlySpan<EngineMessage> messages) => socket.TrySend(messages);

    public bool TrySendText(ReadOnlySpan<byte> packet) => socket.TrySendText(packet);

    public void NotifyDrained(long bytes, Action callback) => socket.NotifyDrained(bytes, callback);

    public void Close() => socket.Close();

    public void Close(EngineCloseReason reason, string? description) => socket.Close(reason, description);
}
