namespace Hutong.Connections;

/// <summary>How a connection behaves. Immutable and shared among connections; limits are on by default.</summary>
public sealed record ConnectionOptions
{
    /// <summary>The defaults.</summary>
    public static ConnectionOptions Default { get; } = new();

    /// <summary>The largest message to receive, in bytes after decoding. Default 1 MiB; a larger one closes the connection with 1009.</summary>
    public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>
    /// How many bytes may wait to be sent before <see cref="SendQueuePolicy"/> applies. Default 1 MiB. One message is always taken by
    /// an empty queue, whatever its size.
    /// </summary>
    public long SendQueueLimit { get; init; } = 1024 * 1024;

    /// <summary>What becomes of a message when the send queue is full. Default <see cref="SendQueuePolicy.Wait"/>.</summary>
    public SendQueuePolicy SendQueuePolicy { get; init; }

    /// <summary>
    /// While more bytes than this wait to be sent, nothing is read from the peer: one that does not read its answers cannot go on
    /// asking. Default 64 KiB. A client adds <see cref="SendQueueLimit"/> to it, lest both ends wait for each other.
    /// </summary>
    public long ReceivePauseThreshold { get; init; } = 64 * 1024;

    /// <summary>
    /// How many bytes of received messages may wait for the reader before nothing more is read from the peer. Default 256 KiB; what is
    /// in the receive buffer at that moment, and the rest of a message, still come on top.
    /// </summary>
    public long ReceiveQueueLimit { get; init; } = 256 * 1024;

    /// <summary>How long nothing may come before a ping is sent. Default 25 s, which survives common proxies; zero: no pings.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long after a ping something, anything, must come before the peer is taken for dead. Default 20 s.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long each end may take for its part of the closing handshake before the transport is cut. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether heartbeats that pages send as messages are answered here and kept from the handler. Off by default.</summary>
    public bool AnswerHeartbeats { get; init; }

    /// <summary>A heartbeat message that is sent when this end has sent nothing for a while; none by default.</summary>
    public HeartbeatOptions? Heartbeat { get; init; }

    /// <summary>The clock; <see cref="TimeProvider.System"/> by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxMessageSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SendQueueLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReceivePauseThreshold);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReceiveQueueLimit);
        ThrowIfNotIn(KeepAliveInterval, TimeSpan.Zero, nameof(KeepAliveInterval));
        ThrowIfNotIn(KeepAliveTimeout, TimeSpan.FromMilliseconds(1), nameof(KeepAliveTimeout));
        ThrowIfNotIn(CloseTimeout, TimeSpan.FromMilliseconds(1), nameof(CloseTimeout));
        if (!Enum.IsDefined(SendQueuePolicy))
            throw new ArgumentOutOfRangeException(nameof(SendQueuePolicy), SendQueuePolicy, "Not a policy.");
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (Heartbeat is { } heartbeat)
        {
            ThrowIfNotIn(heartbeat.Interval, TimeSpan.FromMilliseconds(1), "Heartbeat.Interval");
            ArgumentException.ThrowIfNullOrEmpty(heartbeat.Message, "Heartbeat.Message");
        }
    }

    private static void ThrowIfNotIn(TimeSpan value, TimeSpan min, string name)
    {
        if (value < min || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, $"Between {min} and one day.");
    }
}
