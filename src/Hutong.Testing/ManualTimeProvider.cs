namespace Hutong.Testing;

/// <summary>
/// A clock that moves only when a test calls <see cref="Advance"/>. Timers fire on the advancing thread, in the order in
/// which they are due. All members may be called from any thread.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    // A timer that re-arms itself with a due time of zero would keep Advance busy for ever: tell the test instead.
    const int MaxCallbacksPerInstant = 1_000_000;

    readonly Lock _gate = new();
    readonly SortedSet<ManualTimer> _armed = new(ManualTimer.DueOrder);
    long _now;
    long _created;

    /// <summary>Creates a clock that stands still.</summary>
    /// <param name="start">The time at which it stands; by default 2000-01-01T00:00:00Z.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _now = (start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).UtcTicks;

    /// <summary>Ticks of <see cref="GetTimestamp"/> per second: 10 000 000, the ticks of <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Always UTC, whatever the machine says.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>The time until the next timer is due (zero when one is due now), or null when no timer is armed.</summary>
    public TimeSpan? NextDue
    {
        get
        {
            lock (_gate) return _armed.Min is { } next ? TimeSpan.FromTicks(Math.Max(0, next.Due - _now)) : null;
        }
    }

    /// <summary>
    /// How many timers are armed: due to fire at some time, not fired for good and not disposed. It means what
    /// <see cref="Timer.ActiveCount"/> means; zero at the end of a test proves that no timer was left behind.
    /// </summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate) return _armed.Count;
        }
    }

    /// <summary>The virtual time.</summary>
    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    /// <summary>The virtual time as UTC ticks of 100 ns. It never goes back.</summary>
    public override long GetTimestamp()
    {
        lock (_gate) return _now;
    }

    /// <summary>
    /// Creates a timer in virtual time, to the tick. It follows <see cref="Timer"/>: the callback runs under the
    /// execution context of the creator; a period of zero or <see cref="Timeout.InfiniteTimeSpan"/> fires once.
    /// </summary>
    /// <param name="callback">What to call; an exception out of it leaves <see cref="Advance"/>.</param>
    /// <param name="state">Passed to the callback.</param>
    /// <param name="dueTime">
    /// The time until the first call; <see cref="Timeout.InfiniteTimeSpan"/> for never. Zero fires in the next
    /// <see cref="Advance"/>, also one by zero, and never inside this call.
    /// </param>
    /// <param name="period">The time between calls.</param>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time is negative and not infinite, or above 4 294 967 294 ms.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, Interlocked.Increment(ref _created), callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock on. Each timer that is due on the way is called at its own due time, earliest first, those of one
    /// instant in order of creation; a periodic timer is called once per period. Timers that a callback creates or
    /// changes count, when they are due within the step. Callbacks run on this thread with no lock held.
    /// </summary>
    /// <param name="by">How far. Zero calls the timers that are due now.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="by"/> is negative or leads past the year 9999.</exception>
    /// <exception cref="InvalidOperationException">A million callbacks ran without the clock moving.</exception>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        long target;
        lock (_gate)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(by.Ticks, DateTime.MaxValue.Ticks - _now, nameof(by));
            target = _now + by.Ticks;
        }
        var instant = -1L;
        var callbacks = 0;
        while (TakeDue(target, out var now) is { } timer)
        {
            callbacks = now == instant ? callbacks + 1 : 1;
            instant = now;
            if (callbacks > MaxCallbacksPerInstant)
            {
                timer.Release();
                throw new InvalidOperationException($"{MaxCallbacksPerInstant} timer callbacks ran at {GetUtcNow():O} without time moving on.");
            }
            timer.Fire();
        }
    }

    internal bool Arm(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            if (timer.Disposed) return false;
            _armed.Remove(timer);
            timer.Period = Math.Max(0, period.Ticks);
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            timer.Due = _now + dueTime.Ticks;
            _armed.Add(timer);
            return true;
        }
    }

    /// <summary>Takes the timer out; returns whether its callback is running.</summary>
    internal bool Disarm(ManualTimer timer)
    {
        lock (_gate)
        {
            timer.Disposed = true;
            _armed.Remove(timer);
            return timer.Running > 0;
        }
    }

    /// <summary>Notes the end of a callback; returns whether a disposed timer is now at rest.</summary>
    internal bool Ended(ManualTimer timer)
    {
        lock (_gate) return --timer.Running == 0 && timer.Disposed;
    }

    ManualTimer? TakeDue(long target, out long now)
    {
        lock (_gate)
        {
            if (_armed.Min is not { } timer || timer.Due > target)
            {
                // A callback may itself have advanced further than this call was to go.
                now = _now = Math.Max(_now, target);
                return null;
            }
            _armed.Remove(timer);
            now = _now = Math.Max(_now, timer.Due);
            timer.Running++;
            if (timer.Period > 0)
            {
                timer.Due += timer.Period;
                _armed.Add(timer);
            }
            return timer;
        }
    }
}
