using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Hutong.Testing;

/// <summary>
/// One direction of an in-memory connection: the sender's pipe, the receiver's pipe, and between them a pump that moves
/// bytes by the rules of <see cref="LinkFaults"/>.
/// </summary>
/// <remarks>
/// The pump is a state machine and not an async method, so that it runs only on the pipes' scheduler, and so that a reset
/// acts within the call. One thread at a time is in <see cref="Step"/> (see <see cref="Pump"/>); the lock guards what
/// other threads change, and is never held when code from outside may run.
/// </remarks>
sealed partial class DuplexLink
{
    readonly Lock _gate = new();
    readonly PipeScheduler _scheduler;
    readonly TimeProvider _time;
    readonly long _start;
    readonly Pipe _near;
    readonly Pipe _far;
    readonly Action _onExamined;
    DuplexLink? _other;
    ITimer? _timer;

    // Under the lock.
    readonly Queue<(long End, TimeSpan Due)> _flushes = new();
    LinkFaults _faults;
    TimeSpan _lastDue;
    TimeSpan? _endDue;
    long _sent;
    bool _paused;
    bool _signalled;
    bool _pumping;
    bool _again;
    Exception? _reset;

    // Of the thread that pumps.
    ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flush;
    bool _flushing;
    bool _cut;
    bool _nearDone;
    bool _farDone;
    long _due;
    long _taken;
    long _delivered;

    public DuplexLink(PipeScheduler scheduler, TimeProvider time, long threshold, LinkFaults faults)
    {
        _scheduler = scheduler;
        _time = time;
        _start = time.GetTimestamp();
        _faults = faults;
        _near = new Pipe(new PipeOptions(null, scheduler, scheduler, threshold, threshold / 2));
        // With a threshold of one byte, a flush ends when the receiver has examined all it has: the time for more.
        _far = new Pipe(new PipeOptions(null, scheduler, scheduler, 1, 1));
        _onExamined = Pump;
        if (faults.CutAfter == 0) Signal();
    }

    public PipeWriter Writer => _near.Writer;

    public PipeReader Reader => _far.Reader;

    public long Sent => Interlocked.Read(ref _sent);

    public long Delivered => Interlocked.Read(ref _delivered);

    public LinkFaults Faults
    {
        get
        {
            lock (_gate) return _faults;
        }
        set
        {
            lock (_gate) _faults = value;
            Signal();
        }
    }

    public bool Paused
    {
        get
        {
            lock (_gate) return _paused;
        }
        set
        {
            lock (_gate) _paused = value;
            Signal();
        }
    }

    public void Connect(DuplexLink other) => _other = other;

    public void Flushed(long bytes)
    {
        lock (_gate)
        {
            _sent += bytes;
            _flushes.Enqueue((_sent, DueNow()));
        }
        Signal();
    }

    public void SenderCompleted()
    {
        lock (_gate) _endDue ??= DueNow();
        Signal();
    }

    public void ResetConnection(Exception? cause)
    {
        Reset(cause);
        _other!.Reset(cause);
    }

    void Reset(Exception? cause)
    {
        lock (_gate) _reset ??= Failure(cause);
        Pump();
    }

    static IOException Failure(Exception? cause) => new("The in-memory connection was reset.", cause);

    TimeSpan DueNow() => _lastDue = TimeSpan.FromTicks(Math.Max(_lastDue.Ticks, (Now() + _faults.Delay).Ticks));

    TimeSpan Now() => _time.GetElapsedTime(_start);
}
