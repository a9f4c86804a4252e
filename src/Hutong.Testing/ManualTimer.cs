namespace Hutong.Testing;

/// <summary>A timer of <see cref="ManualTimeProvider"/>, whose lock guards the mutable state.</summary>
sealed class ManualTimer(ManualTimeProvider owner, long id, TimerCallback callback, object? state) : ITimer
{
    // The limit of System.Threading.Timer: code that exceeds it must fail in virtual time as it would in real time.
    static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(0xfffffffe);

    readonly ExecutionContext? _context = ExecutionContext.Capture();

    // Completed without RunContinuationsAsynchronously on purpose: a test's continuation must not go to the thread pool.
    readonly TaskCompletionSource _atRest = new();

    public static IComparer<ManualTimer> DueOrder { get; } = Comparer<ManualTimer>.Create(static (a, b) =>
        a.Due != b.Due ? a.Due.CompareTo(b.Due) : a.Id.CompareTo(b.Id));

    long Id { get; } = id;

    public long Due { get; set; }

    public long Period { get; set; }

    public bool Disposed { get; set; }

    public int Running { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        return owner.Arm(this, dueTime, period);
    }

    public void Fire()
    {
        try
        {
            if (_context is null) callback(state);
            else ExecutionContext.Run(_context, static me => ((ManualTimer)me!).Call(), this);
        }
        finally
        {
            Release();
        }
    }

    public void Release()
    {
        if (owner.Ended(this)) _atRest.TrySetResult();
    }

    public void Dispose() => owner.Disarm(this);

    public ValueTask DisposeAsync() => owner.Disarm(this) ? new ValueTask(_atRest.Task) : ValueTask.CompletedTask;

    void Call() => callback(state);

    static void Check(TimeSpan time, string name)
    {
        if (time == Timeout.InfiniteTimeSpan) return;
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, s_longest, name);
    }
}
