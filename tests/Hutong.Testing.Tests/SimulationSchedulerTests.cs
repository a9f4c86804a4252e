using System.IO.Pipelines;

namespace Hutong.Testing;

public class SimulationSchedulerTests
{
    [Fact]
    public void RunUntilIdle_SameSeed_SameOrder()
    {
        for (var seed = 0; seed < 20; seed++) Order(seed).ShouldBe(Order(seed));
    }

    [Fact]
    public void RunUntilIdle_DifferentSeeds_DifferentOrders() =>
        Enumerable.Range(0, 50).Select(seed => string.Join(',', Order(seed))).ToHashSet(StringComparer.Ordinal).Count.ShouldBeGreaterThan(45);

    [Fact]
    public void RunUntilIdle_AllSeedsOfThreeItems_ReachAllSixOrders() =>
        Enumerable.Range(0, 200).Select(seed => string.Join(',', Order(seed, 3))).ToHashSet(StringComparer.Ordinal).Count.ShouldBe(6);

    [Fact]
    public void RunUntilIdle_ItemsPostItems_RunsThemAll()
    {
        var scheduler = new SimulationScheduler(1);
        var runs = 0;
        scheduler.Post(
            s =>
            {
                runs++;
                for (var i = 0; i < 3; i++) scheduler.Post(_ => runs++, null);
            },
            null);
        scheduler.RunUntilIdle();
        runs.ShouldBe(4);
        scheduler.Steps.ShouldBe(4);
        scheduler.PendingItems.ShouldBe(0);
        scheduler.Step().ShouldBeFalse();
    }

    [Fact]
    public void RunUntilIdle_MoreThanMaxSteps_Throws()
    {
        var scheduler = new SimulationScheduler(7);
        void Again(object? state) => scheduler.Post(Again, null);
        Again(null);
        var error = Should.Throw<SimulationException>(() => scheduler.RunUntilIdle(100));
        error.Seed.ShouldBe(7);
        error.Steps.ShouldBe(100);
    }

    [Fact]
    public void RunUntilIdle_ExactlyMaxSteps_DoesNotThrow()
    {
        var scheduler = new SimulationScheduler(7);
        for (var i = 0; i < 5; i++) scheduler.Post(_ => { }, null);
        scheduler.RunUntilIdle(5);
        scheduler.Steps.ShouldBe(5);
    }

    [Fact]
    public void RunUntilIdle_ItemThrows_RethrowsAndKeepsTheRest()
    {
        var scheduler = new SimulationScheduler(0);
        scheduler.Post(_ => throw new TimeoutException("mine"), null);
        Should.Throw<TimeoutException>(() => scheduler.RunUntilIdle()).Message.ShouldBe("mine");
        scheduler.Post(_ => { }, null);
        scheduler.RunUntilIdle();
        SynchronizationContext.Current.ShouldNotBe(scheduler);
    }

    [Fact]
    public void Send_Always_RunsInline()
    {
        var scheduler = new SimulationScheduler(0);
        var ran = false;
        scheduler.Send(_ => ran = true, null);
        ran.ShouldBeTrue();
        scheduler.Steps.ShouldBe(0);
    }

    [Fact]
    public void Run_Awaits_StayOnTheCallingThreadAndContext()
    {
        var scheduler = new SimulationScheduler(3);
        var thread = Environment.CurrentManagedThreadId;
        var before = SynchronizationContext.Current;
        scheduler.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                SynchronizationContext.Current.ShouldBeSameAs(scheduler);
                Environment.CurrentManagedThreadId.ShouldBe(thread);
                await Task.Yield();
            }
        });
        SynchronizationContext.Current.ShouldBeSameAs(before);
        scheduler.ForeignPosts.ShouldBe(0);
    }

    [Fact]
    public void Run_FunctionWithResult_ReturnsIt() => new SimulationScheduler(0).Run(async () =>
    {
        await Task.Yield();
        return 42;
    }).ShouldBe(42);

    [Fact]
    public void Run_FunctionThrows_Propagates()
    {
        var scheduler = new SimulationScheduler(0);
        Should.Throw<TimeoutException>(() => scheduler.Run(async () =>
        {
            await Task.Yield();
            throw new TimeoutException();
        }));
    }

    [Fact]
    public void Run_AsyncVoidThrows_Propagates()
    {
        static async void Fail()
        {
            await Task.Yield();
            throw new TimeoutException();
        }

        var scheduler = new SimulationScheduler(0);
        Should.Throw<TimeoutException>(() => scheduler.Run(() =>
        {
            Fail();
            return new TaskCompletionSource().Task;
        }));
    }

    [Fact]
    public void Run_NothingLeftToDo_ThrowsDeadlock()
    {
        var scheduler = new SimulationScheduler(5);
        var error = Should.Throw<SimulationException>(() => scheduler.Run(async () =>
        {
            await Task.Yield();
            await new TaskCompletionSource().Task;
        }));
        error.Message.ShouldStartWith("deadlock: 1 steps, seed 5");
        error.Seed.ShouldBe(5);
    }

    [Fact]
    public void Run_ForeverPeriodicTimer_ThrowsStepLimit()
    {
        var time = new ManualTimeProvider();
        using var timer = time.CreateTimer(_ => { }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var scheduler = new SimulationScheduler(5, time);
        Should.Throw<SimulationException>(() => scheduler.Run(() => new TaskCompletionSource().Task, 1000)).Message.ShouldStartWith("step limit");
    }

    [Fact]
    public void Run_WithTime_AdvancesToTimersOnlyWhenIdle()
    {
        var time = new ManualTimeProvider();
        var scheduler = new SimulationScheduler(11, time);
        var start = time.GetTimestamp();
        var log = new List<string>();

        async Task Worker(string name, int seconds)
        {
            for (var i = 0; i < 3; i++) await Task.Yield();
            time.GetElapsedTime(start).ShouldBe(TimeSpan.Zero);
            await Task.Delay(TimeSpan.FromSeconds(seconds), time);
            log.Add($"{name}@{time.GetElapsedTime(start).TotalSeconds}");
        }

        scheduler.Run(() => Task.WhenAll(Worker("slow", 3600), Worker("fast", 1)));
        log.ShouldBe(["fast@1", "slow@3600"]);
        time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Run_LibraryCodeOverPipes_StaysOnTheThread()
    {
        var thread = Environment.CurrentManagedThreadId;
        for (var seed = 0; seed < 50; seed++)
        {
            var scheduler = new SimulationScheduler(seed);
            var pipe = new Pipe(new PipeOptions(readerScheduler: scheduler.PipeScheduler, writerScheduler: scheduler.PipeScheduler,
                pauseWriterThreshold: 4, resumeWriterThreshold: 2));
            var total = scheduler.Run(async () =>
            {
                var reading = ReadAll(pipe.Reader, thread);
                await WriteAll(pipe.Writer, 50, thread);
                return await reading;
            });
            total.ShouldBe(50 * 3);
            scheduler.ForeignPosts.ShouldBe(0);
        }
    }

    [Fact]
    public void Random_SameSeed_SameNumbersHoweverManySteps()
    {
        var (a, b) = (new SimulationScheduler(9), new SimulationScheduler(9));
        for (var i = 0; i < 10; i++) a.Post(_ => { }, null);
        a.RunUntilIdle();
        a.Random.Next().ShouldBe(b.Random.Next());
    }

    [Fact]
    public void Post_FromAnotherThreadDuringARun_IsCounted()
    {
        var scheduler = new SimulationScheduler(0);
        scheduler.Post(
            _ =>
            {
                var thread = new Thread(() => scheduler.Post(_ => { }, null));
                thread.Start();
                thread.Join();
            },
            null);
        scheduler.RunUntilIdle();
        scheduler.ForeignPosts.ShouldBe(1);
        scheduler.Steps.ShouldBe(2);
    }

    [Fact]
    public void Run_InstallsContextFalse_LeavesNoContext()
    {
        var scheduler = new SimulationScheduler(0) { InstallsContext = false };
        scheduler.Run(() =>
        {
            SynchronizationContext.Current.ShouldBeNull();
            return Task.CompletedTask;
        });
    }

    static List<int> Order(int seed, int items = 10)
    {
        var scheduler = new SimulationScheduler(seed);
        var order = new List<int>();
        for (var i = 0; i < items; i++) scheduler.Post(s => order.Add((int)s!), i);
        scheduler.RunUntilIdle();
        return order;
    }

    static async Task<long> ReadAll(PipeReader reader, int thread)
    {
        var total = 0L;
        while (true)
        {
            var result = await reader.ReadAsync().ConfigureAwait(false);
            Environment.CurrentManagedThreadId.ShouldBe(thread);
            total += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return total;
        }
    }

    static async Task WriteAll(PipeWriter writer, int count, int thread)
    {
        for (var i = 0; i < count; i++)
        {
            await writer.WriteAsync(new byte[3]).ConfigureAwait(false);
            Environment.CurrentManagedThreadId.ShouldBe(thread);
        }
        await writer.CompleteAsync().ConfigureAwait(false);
    }
}
