namespace Hutong.SocketIO;

/// <summary>Connection state recovery: whoever comes back in time is the same socket again and has missed nothing. See <c>docs/topics/socket-io.md</c>.</summary>
public sealed record ConnectionStateRecoveryOptions
{
    /// <summary>How long the state of a socket is kept after its connection was lost, and rooms keep what was said. Default 2 minutes.</summary>
    public TimeSpan MaxDisconnectionDuration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether the middlewares of the namespace are left out for one that recovers. Default false, other than in the reference implementation: a client
    /// whose access was withdrawn meanwhile is not let in.
    /// </summary>
    public bool SkipMiddlewares { get; init; }

    /// <summary>How many events a room keeps. Default 1,000; who missed more is a new socket, and is not replayed a part.</summary>
    public int HistorySize { get; init; } = 1000;

    /// <summary>How many bytes of events a room keeps, overhead of some 256 bytes each included. Default 1 MiB.</summary>
    public int HistoryBytes { get; init; } = 1 << 20;

    /// <summary>How many sockets' states are kept in memory. Default 10,000; beyond that the oldest are forgotten.</summary>
    public int MaxStates { get; init; } = 10_000;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDisconnectionDuration, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxDisconnectionDuration, TimeSpan.FromDays(1));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HistorySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HistoryBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxStates);
    }
}
