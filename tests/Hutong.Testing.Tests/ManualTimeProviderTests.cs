using System.Globalization;

namespace Hutong.Testing;

public class ManualTimeProviderTests
{
    static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    readonly ManualTimeProvider _time = new();
    readonly List<string> _fired = [];

    [Fact]
    public void GetUtcNow_ByDefault_Is2000AndStandsStill()
    {
        _time.GetUtcNow().ShouldBe(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _time.GetUtcNow().Offset.ShouldBe(TimeSpan.Zero);
        _time.LocalTimeZone.ShouldBe(TimeZoneInfo.Utc);
    }

    [Fact]
    public void Constructor_StartWithOffset_KeepsTheInstant()
    {
        var start = new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.FromHours(8));
        new ManualTimeProvider(start).GetUtcNow().ShouldBe(start);
    }

    [Fact]
    public void Advance_OneSecond_MovesClockAndTimestamp()
    {
        var (start, stamp) = (_time.GetUtcNow(), _time.GetTimestamp());
        _time.Advance(s_second);
        (_time.GetUtcNow() - start).ShouldBe(s_second);
        (_time.GetTimestamp() - stamp).ShouldBe(10_000_000);
        _time.GetElapsedTime(stamp).ShouldBe(s_second);
    }

    [Fact]
    public void Advance_NegativeOrTooFar_Throws()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.FromTicks(-1)));
        Should.Throw<ArgumentOutOfRangeException>(() => _time.Advance(TimeSpan.MaxValue));
    }

    [Fact]
    public void Advance_SeveralTimers_FireInDueOrderThenCreationOrder()
    {
        using var c = Timer("c", 3);
        using var a = Timer("a", 1);
        using var b1 = Timer("b1", 2);
        using var b2 = Timer("b2", 2);
        _time.Advance(TimeSpan.FromSeconds(10));
        _fired.ShouldBe(["a@1", "b1@2", "b2@2", "c@3"]);
        Now().ShouldBe(10);
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Advance_TimerReArmedLater_KeepsItsPlaceByCreation()
    {
        using var first = Timer("first", 9);
        using var second = Timer("second", 2);
        first.Change(TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(2));
        _fired.ShouldBe(["first@2", "second@2"]);
    }

    [Fact]
    public void Advance_PeriodicTimer_FiresOncePerPeriod()
    {
        using var timer = Timer("p", 1, 2);
        _time.Advance(TimeSpan.FromSeconds(6));
        _fired.ShouldBe(["p@1", "p@3", "p@5"]);
        _time.NextDue.ShouldBe(s_second);
    }

    [Fact]
    public void Advance_JustBeforeDue_DoesNotFire()
    {
        using var timer = Timer("t", 1);
        _time.Advance(s_second - TimeSpan.FromTicks(1));
        _fired.ShouldBeEmpty();
        _time.NextDue.ShouldBe(TimeSpan.FromTicks(1));
        _time.Advance(TimeSpan.FromTicks(1));
        _fired.ShouldBe(["t@1"]);
    }

    [Fact]
    public void CreateTimer_ZeroDueTime_FiresInNextAdvanceByZero()
    {
        using var timer = Timer("z", 0);
        _fired.ShouldBeEmpty();
        _time.NextDue.ShouldBe(TimeSpan.Zero);
        _time.Advance(TimeSpan.Zero);
        _fired.ShouldBe(["z@0"]);
        _time.NextDue.ShouldBeNull();
    }

    [Fact]
    public void CreateTimer_InfiniteDueTime_IsNotArmedUntilChanged()
    {
        using var timer = _time.CreateTimer(_ => _fired.Add("x"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _time.ActiveTimers.ShouldBe(0);
        timer.Change(s_second, TimeSpan.Zero).ShouldBeTrue();
        _time.ActiveTimers.ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(5));
        _fired.ShouldBe(["x"]);
    }

    [Fact]
    public void CreateTimer_TimesOutOfRange_Throw()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => _time.CreateTimer(_ => { }, null, TimeSpan.FromMilliseconds(-2), s_second));
        Should.Throw<ArgumentOutOfRangeException>(() => _time.CreateTimer(_ => { }, null, s_second, TimeSpan.FromDays(50)));
        Should.Throw<ArgumentNullException>(() => _time.CreateTimer(null!, null, s_second, s_second));
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Change_ToInfinite_Disarms()
    {
        using var timer = Timer("t", 1, 1);
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan).ShouldBeTrue();
        _time.Advance(TimeSpan.FromSeconds(5));
        _fired.ShouldBeEmpty();
        _time.NextDue.ShouldBeNull();
    }

    [Fact]
    public void Dispose_ArmedTimer_NeverFiresAndCannotChange()
    {
        var timer = Timer("t", 1);
        timer.Dispose();
        timer.Dispose();
        timer.Change(s_second, s_second).ShouldBeFalse();
        _time.Advance(TimeSpan.FromSeconds(5));
        _fired.ShouldBeEmpty();
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Advance_CallbackCreatesTimerWithinTheStep_FiresItAtItsTime()
    {
        using var inner = _time.CreateTimer(_ => _fired.Add($"inner@{Now()}"), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var late = Timer("late", 3);
        using var outer = _time.CreateTimer(_ => inner.Change(s_second, Timeout.InfiniteTimeSpan), null, s_second, Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(3));
        _fired.ShouldBe(["inner@2", "late@3"]);
    }

    [Fact]
    public void Advance_CallbackDisposesAnotherTimerOfTheSameInstant_DoesNotFireIt()
    {
        ITimer? victim = null;
        using var killer = _time.CreateTimer(_ => victim!.Dispose(), null, s_second, Timeout.InfiniteTimeSpan);
        victim = Timer("victim", 1);
        _time.Advance(s_second);
        _fired.ShouldBeEmpty();
    }

    [Fact]
    public void Advance_CallbackThrows_LetsItThroughAtTheDueTime()
    {
        using var bad = _time.CreateTimer(_ => throw new TimeoutException("x"), null, s_second, Timeout.InfiniteTimeSpan);
        using var next = Timer("next", 2);
        Should.Throw<TimeoutException>(() => _time.Advance(TimeSpan.FromSeconds(5)));
        Now().ShouldBe(1);
        _time.Advance(s_second);
        _fired.ShouldBe(["next@2"]);
    }

    [Fact]
    public void Advance_TimerReArmsItselfWithZero_ThrowsInsteadOfHanging()
    {
        ITimer? timer = null;
        timer = _time.CreateTimer(_ => timer!.Change(TimeSpan.Zero, TimeSpan.Zero), null, TimeSpan.Zero, TimeSpan.Zero);
        Should.Throw<InvalidOperationException>(() => _time.Advance(TimeSpan.Zero));
    }

    [Fact]
    public void Advance_FromACallback_NeverMovesTheClockBack()
    {
        using var timer = _time.CreateTimer(_ => _time.Advance(TimeSpan.FromSeconds(10)), null, s_second, Timeout.InfiniteTimeSpan);
        _time.Advance(TimeSpan.FromSeconds(2));
        Now().ShouldBe(11);
    }

    [Fact]
    public async Task DisposeAsync_WithinTheCallback_CompletesAfterIt()
    {
        ITimer? timer = null;
        var disposal = ValueTask.CompletedTask;
        timer = _time.CreateTimer(
            _ =>
            {
                disposal = timer!.DisposeAsync();
                disposal.IsCompleted.ShouldBeFalse();
            },
            null,
            s_second,
            s_second);
        _time.Advance(TimeSpan.FromSeconds(3));
        disposal.IsCompleted.ShouldBeTrue();
        await disposal;
        await timer.DisposeAsync();
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void CreateTimer_AsyncLocal_FlowsToTheCallback()
    {
        var local = new AsyncLocal<string> { Value = "creator" };
        using var timer = _time.CreateTimer(_ => _fired.Add(local.Value!), null, s_second, Timeout.InfiniteTimeSpan);
        local.Value = "advancer";
        _time.Advance(s_second);
        _fired.ShouldBe(["creator"]);
        local.Value.ShouldBe("advancer");
    }

    [Fact]
    public void TaskDelay_OnThisClock_CompletesAndLeavesNoTimer()
    {
        var delay = Task.Delay(s_second, _time);
        _time.ActiveTimers.ShouldBe(1);
        _time.Advance(s_second);
        delay.IsCompletedSuccessfully.ShouldBeTrue();
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void CancellationTokenSource_OnThisClock_CancelsAtItsTime()
    {
        using var source = new CancellationTokenSource(s_second, _time);
        _time.Advance(s_second - TimeSpan.FromTicks(1));
        source.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromTicks(1));
        source.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void Advance_FromManyThreads_FiresEachTimerOnce()
    {
        var fired = 0;
        var timers = Enumerable.Range(1, 500)
            .Select(i => _time.CreateTimer(_ => Interlocked.Increment(ref fired), null, TimeSpan.FromMilliseconds(i), TimeSpan.Zero)).ToList();
        Parallel.For(0, 500, _ => _time.Advance(TimeSpan.FromMilliseconds(1)));
        _time.Advance(s_second);
        fired.ShouldBe(500);
        timers.ForEach(t => t.Dispose());
    }

    long Now() => (long)(_time.GetUtcNow() - new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).TotalSeconds;

    ITimer Timer(string name, int due, int period = 0) => _time.CreateTimer(
        _ => _fired.Add(string.Create(CultureInfo.InvariantCulture, $"{name}@{Now()}")),
        null,
        TimeSpan.FromSeconds(due),
        TimeSpan.FromSeconds(period));
}
