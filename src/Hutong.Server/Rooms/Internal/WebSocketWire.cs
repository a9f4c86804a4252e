using System.Runtime.CompilerServices;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>A session's WebSocket.</summary>
internal sealed class WebSocketWire(WebSocketConnection connection) : SessionWire
{
    private readonly WebSocketDialect _dialect = WebSocketDialect.Of(connection);
    private int _awaitsDrained;

    public WebSocketConnection Connection => connection;

    /// <summary>What the client's messages go through.</summary>
    public SessionGate? Gate { get; set; }

    public WebSocketDialect Codec => _dialect;

    public override string Name => "websocket";

    public override Dialect Dialect => _dialect;

    internal override WebSocketConnection Direct => connection;

    public override bool IsOpen => connection.IsOpen;

    public override SessionLag Pending => new(0, connection.BufferedAmount);

    // The dialect makes nothing else.
    public override bool TrySend(OutgoingMessage message) => connection.TrySend(Unsafe.As<PreparedMessage>(message.In(_dialect)));

    public override void NotifyDrained(long bytes)
    {
        // Of one that closes nobody shall think that it takes something now that it refused before.
        if (connection.IsOpen && Interlocked.Exchange(ref _awaitsDrained, 1) == 0)
            connection.NotifyDrained(bytes, OnDrained);
    }

    public override void Close(int code, string reason) => _ = connection.CloseAsync((CloseCode)code, reason);

    public override ValueTask<RoomError?> ReceiveAsync(Envelope envelope) => Gate?.TakeAsync(envelope, this) ?? new(RoomError.UnknownType);

    public void OnClosed(WebSocketConnection closed, CloseResult result)
    {
        // In this order: whoever sets the gate looks afterwards whether the session is over.
        Session?.End((int)result.Code, result.Reason);
        Gate?.End();
    }

    private void OnDrained()
    {
        Volatile.Write(ref _awaitsDrained, 0);
        Interlocked.MemoryBarrier();
        Session?.Drained();
    }
}
