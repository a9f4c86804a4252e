using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>Makes connections in memory that behave as TCP does, and as badly as a test asks.</summary>
public static class InMemoryDuplex
{
    /// <summary>Creates the two ends of a connection.</summary>
    /// <param name="options">How it behaves; null for the defaults.</param>
    /// <returns>The ends. What one sends, the other receives.</returns>
    public static (FaultyDuplexPipe Client, FaultyDuplexPipe Server) CreatePair(InMemoryDuplexOptions? options = null)
    {
        options ??= new InMemoryDuplexOptions();
        var scheduler = options.Scheduler ?? PipeScheduler.ThreadPool;
        var time = options.Time ?? TimeProvider.System;
        var up = new DuplexLink(scheduler, time, options.PauseWriterThreshold, options.ClientToServer);
        var down = new DuplexLink(scheduler, time, options.PauseWriterThreshold, options.ServerToClient);
        up.Connect(down);
        down.Connect(up);
        return (new FaultyDuplexPipe(down, up), new FaultyDuplexPipe(up, down));
    }
}
