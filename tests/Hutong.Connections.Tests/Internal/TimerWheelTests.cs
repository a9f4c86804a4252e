using Hutong.Testing;

namespace Hutong.Connections.Internal;

public class TimerWheelTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _fired = [];
    private readonly TimerWheel _wheel;

    public TimerWheelTests() => _wheel = TimerWheel.For(_time);

    [Fact]
    public void For_SameClock_IsTheSameWheel() => TimerWheel.For(_time).ShouldBeSameAs(_wheel);

    [Fact]
    public void Schedule_Several_FireInOrderAndNotEarly()
    {
        foreach (int due in (int[])[5_000, 100, 60_000, 300, 51_200, 120_000])
            _wheel.Schedule(Entry($"{due}"), due);
        _wheel.Count.ShouldBe(6);
        _time.ActiveTimers.ShouldBe(1);
        for (int i = 0; i < 1300; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _fired.ShouldAllBe(f => int.Parse(f) <= _wheel.Now);
        }

        _fired.ShouldBe(["100", "300", "5000", "51200", "60000", "120000"]);
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Schedule_Due_FiresAtMostTwoTicksLate()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
            long due = _wheel.Now + random.Next(3000);
            _wheel.Schedule(new Owner(() => (_wheel.Now - due).ShouldBeInRange(0, 200)), due);
        }

        _time.Advance(TimeSpan.FromSeconds(10));
        _wheel.Count.ShouldBe(0);
    }

    [Fact]
    public void Schedule_Again_MovesTheDeadline()
    {
        var entry = Entry("moved");
        _wheel.Schedule(entry, 1_000);
        _wheel.Schedule(entry, 90_000);
        _wheel.Count.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(89.9));
        _fired.ShouldBeEmpty();
        _wheel.Schedule(entry, 0);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        _fired.ShouldBe(["moved"]);
    }

    [Fact]
    public void Cancel_AmongOthersInTheSlot_TakesOnlyThatOne()
    {
        var entries = Enumerable.Range(0, 5).Select(i => Entry($"{i}")).ToArray();
        foreach (var entry in entries)
            _wheel.Schedule(entry, 1_000);
        _wheel.Cancel(entries[0]);
        _wheel.Cancel(entries[2]);
        _wheel.Cancel(entries[4]);
        _wheel.Cancel(entries[4]);
        _time.Advance(TimeSpan.FromSeconds(2));
        _fired.Order(StringComparer.Ordinal).ShouldBe(["1", "3"]);
    }

    [Fact]
    public void Cancel_TheLast_LeavesNoTimerAfterATick()
    {
        var entry = Entry("never");
        _wheel.Schedule(entry, 1_000);
        _wheel.Cancel(entry);
        _time.Advance(TimerWheel.Tick);
        _time.ActiveTimers.ShouldBe(0);
        _wheel.Schedule(entry, _wheel.Now + 100);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        _fired.ShouldBe(["never"]);
    }

    [Fact]
    public void Clock_JumpsFar_EveryEntryFiresOnce()
    {
        var jumping = new JumpingClock();
        var wheel = TimerWheel.For(jumping);
        for (int i = 0; i < 2000; i++)
            wheel.Schedule(Entry($"{i}"), i * 77);
        var late = Entry("late");
        wheel.Schedule(late, TimeSpan.FromDays(2).Ticks / TimeSpan.TicksPerMillisecond);
        jumping.Jump(TimeSpan.FromDays(1));
        _fired.Count.ShouldBe(2000);
        _fired.Distinct(StringComparer.Ordinal).Count().ShouldBe(2000);
        jumping.Jump(TimeSpan.FromDays(2));
        _fired[^1].ShouldBe("late");
        jumping.Active.ShouldBe(0);
    }

    [Fact]
    public void Schedule_FromTheCallback_IsANewDeadline()
    {
        Owner? entry = null;
        int count = 0;
        entry = new Owner(() =>
        {
            if (++count < 3)
                _wheel.Schedule(entry!, _wheel.Now);
        });
        _wheel.Schedule(entry, 0);
        _time.Advance(TimeSpan.FromSeconds(1));
        count.ShouldBe(3);
        _time.ActiveTimers.ShouldBe(0);
    }

    private Owner Entry(string name) => new(() => _fired.Add(name));

    private sealed class Owner(Action due) : ITimerWheelOwner
    {
        private TimerLinks _links;

        public ref TimerLinks TimerLinks => ref _links;

        public void OnDue() => due();
    }

    /// <summary>A clock that skips its ticks, as a machine that slept does: one callback, much later.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private long _now;

        public int Active => _timers.Count;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback, state);
            _timers.Add(timer);
            return timer;
        }

        public void Jump(TimeSpan by)
        {
            _now += by.Ticks;
            foreach (var timer in _timers.ToArray())
                timer.Callback(timer.State);
        }

        private sealed record Timer(JumpingClock Clock, TimerCallback Callback, object? State) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => Clock._timers.Remove(this);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return default;
            }
        }
    }
}
