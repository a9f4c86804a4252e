namespace Hutong.Client;

/// <summary>What a client keeps while messages cannot flow.</summary>
public sealed record ClientQueueOptions
{
    /// <summary>How many messages. Default 1000.</summary>
    public int MaxCount { get; init; } = 1000;

    /// <summary>How many bytes of them. Default 4 MiB.</summary>
    public long MaxBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>What happens at the bound. Default <see cref="QueueFullPolicy.Reject"/>.</summary>
    public QueueFullPolicy WhenFull { get; init; }

    /// <summary>How many bytes may lie in the connection's own buffer before messages are held back. Default 1 MiB.</summary>
    public long HighWater { get; init; } = 1024 * 1024;

    /// <summary>How fast messages leave the queue; null, the default, for as fast as they can. Rooms take 100 at once and 45 a second by default.</summary>
    public SendPace? Pace { get; init; }

    internal void Validate()
    {
        Pace?.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(MaxCount);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(HighWater);
        if (!Enum.IsDefined(WhenFull))
            throw new ArgumentOutOfRangeException(nameof(WhenFull), WhenFull, "Not a policy.");
    }
}
