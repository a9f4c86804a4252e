using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>How an in-memory connection behaves.</summary>
public sealed record InMemoryDuplexOptions
{
    /// <summary>
    /// Runs the deliveries and the continuations of reads and flushes; <see cref="PipeScheduler.ThreadPool"/> by default.
    /// Give <see cref="SimulationScheduler.PipeScheduler"/> for a run that repeats.
    /// </summary>
    public PipeScheduler? Scheduler { get; init; }

    /// <summary>The clock of <see cref="LinkFaults.Delay"/>; <see cref="TimeProvider.System"/> by default.</summary>
    public TimeProvider? Time { get; init; }

    /// <summary>
    /// The number of bytes under way in one direction at which a flush waits; it goes on at half of that. As on a real
    /// network, as many again may have been delivered and not been read. 65 536 by default; 0 for no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long PauseWriterThreshold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 64 * 1024;

    /// <summary>The faults of what the client sends; none by default.</summary>
    public LinkFaults ClientToServer { get; init; } = LinkFaults.None;

    /// <summary>The faults of what the server sends; none by default.</summary>
    public LinkFaults ServerToClient { get; init; } = LinkFaults.None;
}
