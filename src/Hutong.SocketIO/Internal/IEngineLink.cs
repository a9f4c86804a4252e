using Hutong.Connections;
using Hutong.Server;

namespace Hutong.SocketIO.Internal;

/// <summary>The connection below, as Socket.IO uses it: an <see cref="EngineSocket"/>, or memory in tests.</summary>
internal interface IEngineLink
{
    EngineSocket? Socket { get; }

    WebSocketRequest Request { get; }

    bool IsOpen { get; }

    bool IsWritable { get; }

    long BufferedAmount { get; }

    WebSocketConnection? Direct { get; }

    bool TrySend(EngineMessage message);

    bool TrySend(ReadOnlySpan<EngineMessage> messages);

    /// <summary>Sends one text packet, its Engine.IO type included, from a buffer that is the caller's again afterwards.</summary>
    bool TrySendText(ReadOnlySpan<byte> packet);

    void NotifyDrained(long bytes, Action callback);

    /// <summary>Sends what was accepted, then closes.</summary>
    void Close();

    /// <summary>Closes now.</summary>
    void Close(EngineCloseReason reason, string? description);
}
