using System.Runtime.CompilerServices;

namespace Hutong.Connections.Internal;

/// <summary>
/// One timer for all connections that share a clock: entries hang in slots by the tick at which they are due. An entry is a node
/// in its owner, so that waiting costs no object, and moving a deadline is a few writes under one short lock.
/// </summary>
internal sealed class TimerWheel
{
    /// <summary>How finely deadlines are kept; they fire up to this much late.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private const int Slots = 512;
    private static readonly ConditionalWeakTable<TimeProvider, TimerWheel> Wheels = [];

    private readonly Lock _lock = new();
    private readonly Entry?[] _slots = new Entry?[Slots];
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly List<Entry> _due = [];
    private ITimer? _timer;
    private long _lastTick;
    private long _coarseNow;
    private int _count;

    private TimerWheel(TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
    }

    /// <summary>The number of entries waiting, for tests.</summary>
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

    /// <summary>As <see cref="Now"/>, as of the last tick: costs nothing, and is right to a tick while any entry waits.</summary>
    public long CoarseNow => Volatile.Read(ref _coarseNow);

    public static TimerWheel For(TimeProvider time) => Wheels.GetValue(time, static t => new TimerWheel(t));

    /// <summary>Sets an entry's deadline, or moves it.</summary>
    public void Schedule(Entry entry, long dueMilliseconds)
    {
        long tick = (dueMilliseconds / (long)Tick.TotalMilliseconds) + 1;
        lock (_lock)
        {
            Unlink(entry);
            if (_timer is null)
            {
                _lastTick = CurrentTick();
                Volatile.Write(ref _coarseNow, Now);
                // The timer serves everyone: it must not hold on to the ambient state of whoever came first.
                using var noFlow = ExecutionContext.SuppressFlow();
                _timer = _time.CreateTimer(static wheel => ((TimerWheel)wheel!).OnTick(), this, Tick, Tick);
            }

            entry.DueTick = Math.Max(tick, _lastTick + 1);
            ref var slot = ref _slots[entry.DueTick % Slots];
            entry.Next = slot;
            if (slot is not null)
                slot.Previous = entry;
            slot = entry;
            _count++;
        }
    }

    /// <summary>Takes an entry out. Its callback may still be running.</summary>
    public void Cancel(Entry entry)
    {
        lock (_lock)
            Unlink(entry);
    }

    private long CurrentTick() => Now / (long)Tick.TotalMilliseconds;

    private void OnTick()
    {
        Entry[] due;
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
                // Not when the last entry leaves: one that is moved leaves and comes back.
                _timer?.Dispose();
                _timer = null;
            }

            if (_due.Count == 0)
                return;
            due = [.. _due];
            _due.Clear();
        }

        // A deadline that is set again while its callbacks run is a new one.
        foreach (var entry in due)
            entry.Owner.OnDue();
    }

    private void Collect(long slot, long current)
    {
        for (var entry = _slots[slot]; entry is not null;)
        {
            var next = entry.Next;
            if (entry.DueTick <= current)
            {
                Unlink(entry);
                _due.Add(entry);
            }

            entry = next;
        }
    }

    private void Unlink(Entry entry)
    {
        if (entry.DueTick < 0)
            return;
        if (entry.Previous is not null)
            entry.Previous.Next = entry.Next;
        else
            _slots[entry.DueTick % Slots] = entry.Next;
        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.DueTick = -1;
        _count--;
    }

    /// <summary>A deadline that waits in the wheel, or could.</summary>
    public sealed class Entry(ITimerWheelOwner owner)
    {
        internal ITimerWheelOwner Owner { get; } = owner;

        internal long DueTick { get; set; } = -1;

        internal Entry? Next { get; set; }

        internal Entry? Previous { get; set; }
    }
}
