namespace Hutong.Server;

/// <summary>How rooms are served over plain HTTP. Every queue and every wait has a bound.</summary>
public sealed record RoomsHttpOptions
{
    /// <summary>Whether <c>GET {pattern}/sse</c> is served. Default true.</summary>
    public bool Sse { get; init; } = true;

    /// <summary>Whether <c>GET {pattern}/stream</c> is served. Default true.</summary>
    public bool Streaming { get; init; } = true;

    /// <summary>Whether <c>GET {pattern}/poll</c> is served. Default true.</summary>
    public bool LongPolling { get; init; } = true;

    /// <summary>Whether <c>GET {pattern}/rooms/{name}</c> gives a room's history to whom the handlers let in. Default true.</summary>
    public bool Polling { get; init; } = true;

    /// <summary>
    /// The host's authorization policy for <c>POST {pattern}/rooms/{name}</c>, by which other services publish. Default null: it is not served.
    /// </summary>
    public string? PublishPolicy { get; init; }

    /// <summary>How many bytes may wait for a client, whether a request of it is there or not. Default 1 MiB; beyond it the room's policy decides.</summary>
    public int OutboxBytes { get; init; } = 1 << 20;

    /// <summary>How many messages may wait for a client. Default 1,000.</summary>
    public int OutboxMessages { get; init; } = 1000;

    /// <summary>How many bytes of what a client was sent are kept until it says that it has them. Default 256 KiB. One answer of a poll holds as much.</summary>
    public int ReplayBytes { get; init; } = 256 << 10;

    /// <summary>How many messages of what a client was sent are kept. Default 256.</summary>
    public int ReplayMessages { get; init; } = 256;

    /// <summary>How long a session is kept while no request of its client is there. Default 30 s.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a poll waits for a message, and at most may ask to wait. Default 25 s: less than common proxies allow.</summary>
    public TimeSpan PollTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How often a stream with nothing to say shows that it lives: an SSE comment, an empty line. Default 15 s.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After what time an <c>EventSource</c> is told to come back when its stream breaks. Default 2 s.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How large the body of a request may be. Default 1 MiB; beyond it 413.</summary>
    public int MaxBodySize { get; init; } = 1 << 20;

    /// <summary>How many messages one request may bring. Default 100.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OutboxBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(OutboxMessages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReplayBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReplayMessages);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBodySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBatch);
        RoomsLimits.CheckTime(KeepFor, nameof(KeepFor));
        RoomsLimits.CheckTime(PollTimeout, nameof(PollTimeout));
        RoomsLimits.CheckTime(Heartbeat, nameof(Heartbeat));
        RoomsLimits.CheckTime(Retry, nameof(Retry));
    }
}
