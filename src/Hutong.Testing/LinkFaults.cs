namespace Hutong.Testing;

/// <summary>What the network does to the bytes of one direction.</summary>
public sealed record LinkFaults
{
    /// <summary>A network that delivers at once, whole and for ever.</summary>
    public static LinkFaults None { get; } = new();

    /// <summary>
    /// The largest number of bytes that the receiver sees at a time: further bytes come only after it has examined all
    /// bytes it has and reads again. Null, the default, for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? SplitEvery
    {
        get;
        init
        {
            if (value is { } bytes) ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1, nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// As <see cref="SplitEvery"/>, with a size asked for each segment; a size below 1 counts as 1. With both set, the
    /// smaller one holds. Null by default.
    /// </summary>
    public Func<int>? SegmentSize { get; init; }

    /// <summary>
    /// The time between the flush of bytes and their delivery, as of the flush; also for the end of the stream. Order is
    /// kept when it shrinks. Zero by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan Delay
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    }

    /// <summary>
    /// Cuts the connection as soon as this many bytes in all were delivered in this direction; 0 cuts at once. Null, the
    /// default, for never.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long? CutAfter
    {
        get;
        init
        {
            if (value is { } bytes) ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(value));
            field = value;
        }
    }

    /// <summary>How <see cref="CutAfter"/> cuts; <see cref="CutMode.Reset"/> by default.</summary>
    public CutMode CutMode { get; init; }

    internal int NextSegment() =>
        Math.Min(SplitEvery ?? int.MaxValue, SegmentSize is null ? int.MaxValue : Math.Max(1, SegmentSize()));
}
