namespace Hutong.Rooms;

/// <summary>The bounds of a <see cref="MemoryBackplane"/>.</summary>
public sealed record MemoryBackplaneOptions
{
    /// <summary>The clock; <see cref="TimeProvider.System"/> by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>How many bytes all histories may take together. Default 256 MiB; beyond that a room that speaks loses its own oldest.</summary>
    public long MaxHistoryBytes { get; init; } = 256L << 20;

    /// <summary>
    /// How long a stream that nobody listens to keeps its epoch and offset after its last publication, if not its history's age is longer.
    /// Default 1 hour. Whoever comes back later starts anew with <c>recovered: false</c>.
    /// </summary>
    public TimeSpan StreamLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often what is too old is looked for. Default 10 s.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxHistoryBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(StreamLifetime, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(SweepInterval, TimeSpan.FromMilliseconds(1));
    }
}
