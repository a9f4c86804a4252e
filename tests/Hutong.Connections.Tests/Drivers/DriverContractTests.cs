using System.Buffers;
using System.IO.Pipelines;
using Hutong.Testing;

namespace Hutong.Connections.Drivers;

/// <summary>The contract of docs/reference/driver.md, for whatever driver a subclass makes.</summary>
public abstract class DriverContractTests
{
    private const int Seeds = 500;

    public static TheoryData<string> Scenarios =>
    [
        "", "pause", "complete", "halfclose", "complete,halfclose", "abort", "reset", "peerstops", "pause,abort", "complete,abort", "halfclose,abort",
        "close", "pause,close", "complete,close", "close,halfclose", "close,abort", "close,reset", "pause,complete,halfclose", "pause,reset", "pause,complete,halfclose,abort,reset,peerstops",
    ];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void AnyOrder_OfWhatMayHappen_KeepsTheContract(string scenario)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            try
            {
                Explore(scenario.Split(',', StringSplitOptions.RemoveEmptyEntries), seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    [Fact]
    public void Start_Twice_Throws() => WithDriver((driver, sink, _, _) => Should.Throw<InvalidOperationException>(() => driver.Start(sink)));

    [Fact]
    public void Output_BeforeStart_LeavesAfterIt() => WithDriver((driver, sink, peer, scheduler) =>
    {
        scheduler.RunUntilIdle();
        peer.Input.TryRead(out var read).ShouldBeTrue();
        read.Buffer.ToArray().ShouldBe("early"u8.ToArray());
        driver.UnsentBytes.ShouldBe(0);
    }, before: driver =>
    {
        Append(driver, "early"u8);
        driver.Flush();
        driver.UnsentBytes.ShouldBe(5);
    });

    [Fact]
    public void Abort_BeforeStart_EndsBothSidesOnce() => WithDriver((driver, sink, peer, scheduler) =>
    {
        driver.Abort();
        scheduler.RunUntilIdle();
        (sink.ReceiveEnds, sink.SendEnds).ShouldBe((1, 1));
        (sink.ReceiveError, sink.SendError).ShouldBe((null, null));
    }, before: driver => driver.Abort());

    [Fact]
    public void CompleteSend_BeforeStart_EndsItAfterWhatWasAppended() => WithDriver((driver, sink, peer, scheduler) =>
    {
        scheduler.RunUntilIdle();
        sink.SendEnds.ShouldBe(1);
        sink.ReceiveEnds.ShouldBe(0);
        peer.Input.TryRead(out var read).ShouldBeTrue();
        read.Buffer.Length.ShouldBe(5);
        read.IsCompleted.ShouldBeTrue();
    }, before: driver =>
    {
        Append(driver, "early"u8);
        driver.CompleteSend();
    });

    [Fact]
    public void Append_AfterTheSendingSideEnded_IsDroppedAndNotCounted() => WithDriver((driver, sink, _, scheduler) =>
    {
        driver.CompleteSend();
        scheduler.RunUntilIdle();
        sink.SendEnds.ShouldBe(1);
        Append(driver, new byte[10_000]);
        driver.Flush();
        driver.UnsentBytes.ShouldBe(0);
        driver.CompleteSend();
        scheduler.RunUntilIdle();
        sink.SendEnds.ShouldBe(1);
    });

    [Fact]
    public void PauseReceive_Always_DeliversNothingMore() => WithDriver((driver, sink, peer, scheduler) =>
    {
        sink.InReceived = driver.PauseReceive;
        Write(peer.Output, new byte[10]);
        scheduler.RunUntilIdle();
        sink.Received.Count.ShouldBe(10);
        Write(peer.Output, new byte[10]);
        scheduler.RunUntilIdle();
        sink.Received.Count.ShouldBe(10);
        driver.ResumeReceive();
        scheduler.RunUntilIdle();
        sink.Received.Count.ShouldBe(20);
    });

    [Fact]
    public void ResumeReceive_Always_DoesNotDeliverInTheCall() => WithDriver((driver, sink, peer, scheduler) =>
    {
        sink.InReceived = driver.PauseReceive;
        Write(peer.Output, new byte[10]);
        scheduler.RunUntilIdle();
        Write(peer.Output, new byte[10]);
        scheduler.RunUntilIdle();
        // The connection resumes under locks of its own.
        driver.ResumeReceive();
        sink.Received.Count.ShouldBe(10);
    });

    /// <summary>Makes the driver under test over one end of a connection in memory, receiving on the scheduler.</summary>
    /// <param name="transport">The end.</param>
    /// <param name="scheduler">Where everything runs.</param>
    private protected abstract IConnectionDriver Create(IDuplexPipe transport, PipeScheduler scheduler);

    private static void Append(IConnectionDriver driver, ReadOnlySpan<byte> bytes)
    {
        lock (driver.Gate)
        {
            long before = driver.UnsentBytes;
            driver.Output.Write(bytes);
            driver.UnsentBytes.ShouldBeOneOf(before, before + bytes.Length);
        }
    }

    private static void Write(PipeWriter output, byte[] bytes)
    {
        output.Write(bytes);
        _ = output.FlushAsync().AsTask();
    }

    private void WithDriver(
        Action<IConnectionDriver, RecordingSink, FaultyDuplexPipe, SimulationScheduler> test, Action<IConnectionDriver>? before = null)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var scheduler = new SimulationScheduler(seed);
            var (near, far) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions { Scheduler = scheduler.PipeScheduler });
            var driver = Create(near, scheduler.PipeScheduler);
            var sink = new RecordingSink(driver);
            before?.Invoke(driver);
            driver.Start(sink);
            test(driver, sink, far, scheduler);
        }
    }

    private void Explore(string[] events, int seed)
    {
        var run = new DriverExploration(seed, Create, events);
        run.Run();
        run.Check();
    }
}
