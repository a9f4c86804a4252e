using Hutong.Transport.Internal.Linux;
using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Internal;

/// <summary>The loops of one host.</summary>
internal sealed class LoopGroup : IDisposable
{
    private readonly Lock _lock = new();
    private readonly int _count;
    private readonly ILogger _log;
    private EventLoop[]? _loops;
    private bool _disposed;

    public LoopGroup(HutongTransportOptions options, ILoggerFactory loggers)
    {
        _count = options.Loops ?? Environment.ProcessorCount;
        _log = loggers.CreateLogger("Hutong.Transport");
    }

    /// <summary>What answers the first bytes of a connection without Kestrel; null for nothing. Set before anything is listened on.</summary>
    public IShortcut? Shortcut { get; set; }

    /// <summary>The loops, started by the first who asks.</summary>
    public EventLoop[] Loops
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                return _loops ??= [.. Enumerable.Range(0, _count).Select(Start)];
            }
        }
    }

    public void Dispose()
    {
        EventLoop[] loops;
        lock (_lock)
        {
            _disposed = true;
            loops = _loops ?? [];
        }

        foreach (var loop in loops)
            loop.Dispose();
    }

    private EventLoop Start(int index)
    {
        var loop = new EventLoop(new LinuxSockets(), _log);
        loop.Start($"Hutong loop {index}");
        return loop;
    }
}
