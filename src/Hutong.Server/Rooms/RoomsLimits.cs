namespace Hutong.Server;

/// <summary>What clients of rooms may ask of a server. A limit that is null is off; all are on by default.</summary>
public sealed record RoomsLimits
{
    /// <summary>Messages of one session. Default 50 a second, 200 at once.</summary>
    public RateLimit? MessagesPerSession { get; init; } = new(50, 200);

    /// <summary>Messages of one user, over all sessions. Default 200 a second, 800 at once.</summary>
    public RateLimit? MessagesPerUser { get; init; } = new(200, 800);

    /// <summary>
    /// Messages from one address. Default 1,000 a second, 4,000 at once. Loopback addresses, behind which is a proxy or a developer, are not
    /// counted.
    /// </summary>
    public RateLimit? MessagesPerAddress { get; init; } = new(1000, 4000);

    /// <summary>
    /// New sessions from one address. Default 50 a second, 500 at once; beyond that 429 with <c>Retry-After</c>. Loopback is not counted.
    /// </summary>
    public RateLimit? SessionsPerAddress { get; init; } = new(50, 500);

    /// <summary>
    /// How many messages in a row a session may be refused with <c>rate_limited</c>. Default 100; then it is closed with 3010.
    /// </summary>
    public int Tolerance { get; init; } = 100;

    /// <summary>
    /// How many users and addresses are told apart at once. Default 100,000. Beyond that, those who come new share one bucket.
    /// </summary>
    public int MaxCounted { get; init; } = 100_000;

    /// <summary>
    /// Up to which part of the memory that the process may have (the container's limit, or the machine's) new sessions are let in. Default 0.9;
    /// beyond it 503 with <c>Retry-After</c>, until 5 % less is used. 1 or more: no such limit.
    /// </summary>
    public double MemoryShare { get; init; } = 0.9;

    /// <summary>
    /// Over what time clients are sent away when the host stops. Default 5 s, but at most three quarters of the host's own patience
    /// (<c>HostOptions.ShutdownTimeout</c>).
    /// </summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        MessagesPerSession?.Validate(nameof(MessagesPerSession));
        MessagesPerUser?.Validate(nameof(MessagesPerUser));
        MessagesPerAddress?.Validate(nameof(MessagesPerAddress));
        SessionsPerAddress?.Validate(nameof(SessionsPerAddress));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Tolerance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxCounted);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MemoryShare);
        if (DrainTime < TimeSpan.Zero || DrainTime > TimeSpan.FromHours(1))
            throw new ArgumentOutOfRangeException(nameof(DrainTime), DrainTime, "Between 0 and an hour.");
    }

    internal static void CheckTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, "Between 10 ms and one day.");
    }
}
