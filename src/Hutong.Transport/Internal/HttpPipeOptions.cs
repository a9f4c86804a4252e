using System.Buffers;
using System.IO.Pipelines;

namespace Hutong.Transport.Internal;

/// <summary>How the pipes between loops and Kestrel behave: the same for all connections of an address.</summary>
internal sealed class HttpPipeOptions
{
    // As Kestrel's own transport has them.
    private const int MaxUnread = 1024 * 1024;
    private const int MaxUnsent = 64 * 1024;

    /// <summary>Makes options.</summary>
    /// <param name="memory">Where the pipes' blocks come from.</param>
    /// <param name="scheduler">Where Kestrel's code runs; null for the thread pool.</param>
    public HttpPipeOptions(MemoryPool<byte> memory, PipeScheduler? scheduler = null)
    {
        Memory = memory;
        Scheduler = scheduler ?? PipeScheduler.ThreadPool;
        // Kestrel's code never runs on the loop, nor the loop's waits on Kestrel's threads: what the loop sends itself costs nobody a hop.
        Input = new PipeOptions(memory, Scheduler, PipeScheduler.Inline, MaxUnread, MaxUnread / 2, useSynchronizationContext: false);
        Output = new PipeOptions(memory, PipeScheduler.Inline, Scheduler, MaxUnsent, MaxUnsent / 2, useSynchronizationContext: false);
    }

    public MemoryPool<byte> Memory { get; }

    public PipeScheduler Scheduler { get; }

    /// <summary>From the socket to Kestrel.</summary>
    public PipeOptions Input { get; }

    /// <summary>From Kestrel to the socket.</summary>
    public PipeOptions Output { get; }
}
