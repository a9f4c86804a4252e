using System.Runtime.CompilerServices;

namespace Hutong.Connections.Internal;

/// <summary>
/// One timer for all connections that share a clock: owners of a deadline hang in slots by the tick at which they are due. The links are in
/// the owners, so that waiting costs no object, and moving a deadline is a few writes under one short lock.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>How finely deadlines are kept; they fire up to this much late.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private const int Slots = 512;
    private static readonly ConditionalWeakTable<TimeProvider, TimerWheel> Wheels = [];

    private readonly Lock _lock = new();
    private readonly ITimerWheelOwner?[] _slots = new ITimerWheelOwner?[Slots];
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly List<ITimerWheelOwner> _due = [];
    private ITimer? _timer;
    private long _lastTick;
    private long _coarseNow;
    private int _count;

    private TimerWheel(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The number of deadlines waiting, for tests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _count;
        }
    }

    /// <summary>Milliseconds since the wheel was made.</summary>
    public long Now => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>As <see cref="Now"/>, as of the last tick: costs nothing, and is right to a tick while any deadline waits.</summary>
    public long CoarseNow => Volatile.Read(ref _coarseNow);

    public static TimerWheel For(TimeProvider time) => Wheels.GetValue(time, static t => new TimerWheel(t));

    /// <summary>Sets an owner's deadline, or moves it.</summary>
    public void Schedule(ITimerWheelOwner owner, long dueMilliseconds)
    {
        long tick = (dueMilliseconds / (long)Tick.TotalMilliseconds) + 1;
        lock (_lock)
        {
            Unlink(owner);
            if (_timer is null)
            {
                _lastTick = CurrentTick();
                Volatile.Write(ref _coarseNow, Now);
                // The timer serves everyone: it must not hold on to the ambient state of whoever came first.
                using var noFlow = ExecutionContext.SuppressFlow();
                _timer = _time.CreateTimer(static wheel => ((TimerWheel)wheel!).OnTick(), this, Tick, Tick);
            }

            ref var links = ref owner.TimerLinks;
            links.DueTick = Math.Max(tick, _lastTick + 1);
            ref var slot = ref _slots[links.DueTick % Slots];
            links.Next = slot;
            if (slot is not null)
                slot.TimerLinks.Previous = owner;
            slot = owner;
            _count++;
        }
    }

    /// <summary>Takes an owner out. Its callback may still be running.</summary>
    public void Cancel(ITimerWheelOwner owner)
    {
        lock (_lock)
            Unlink(owner);
    }

    private long CurrentTick() => Now / (long)Tick.TotalMilliseconds;

    private void OnTick()
    {
        ITimerWheelOwner[] due;
        lock (_lock)
        {
            Volatile.Write(ref _coarseNow, Now);
            long current = CurrentTick();
            // After a long pause every slot is visited once, not every tick that was missed.
            long first = Math.Max(_lastTick + 1, current - Slots + 1);
            for (long tick = first; tick <= current; tick++)
                Collect(tick % Slots, current);
            _lastTick = Math.Max(_lastTick, current);
            if (_count == 0)
            {
                // Not when the last owner leaves: one that is moved leaves and comes back.
                _timer?.Dispose();
                _timer = null;
            }

            if (_due.Count == 0)
                return;
            due = [.. _due];
            _due.Clear();
        }

        // A deadline that is set again while its callbacks run is a new one.
        foreach (var owner in due)
            owner.OnDue();
    }

    private void Collect(long slot, long current)
    {
        for (var owner = _slots[slot]; owner is not null;)
        {
            ref var links = ref owner.TimerLinks;
            var next = links.Next;
            if (links.DueTick <= current)
            {
                Unlink(owner);
                _due.Add(owner);
            }

            owner = next;
        }
    }

    private void Unlink(ITimerWheelOwner owner)
    {
        ref var links = ref owner.TimerLinks;
        if (links.DueTick == 0)
            return;
        if (links.Previous is not null)
            links.Previous.TimerLinks.Next = links.Next;
        else
            _slots[links.DueTick % Slots] = links.Next;
        if (links.Next is not null)
            links.Next.TimerLinks.Previous = links.Previous;
        links = default;
        _count--;
    }
}
