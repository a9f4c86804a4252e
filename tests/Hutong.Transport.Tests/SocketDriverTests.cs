using System.Buffers;
using Hutong.Connections.Drivers;
using Hutong.Testing;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>What a driver does on its loop beside the contract.</summary>
public class SocketDriverTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_OnTheLoopBeforeTheStart_LeavesUnharmedAfterIt(bool shared) => WithTwo((scheduler, one, other, peers) =>
    {
        int turns = 0;
        var sink = new RecordingSink(one)
        {
            InReceived = () =>
            {
                // A later turn writes over what this one has gathered.
                Send(one, new byte[turns == 0 ? 100 : 200], shared: false);
                if (turns++ == 0)
                    Send(other, [1, 2, 3, 4], shared);
            },
        };
        one.Start(sink);
        for (int i = 0; i < 3; i++)
        {
            peers[0].Output.WriteAsync(new byte[10]).AsTask().IsCompleted.ShouldBeTrue();
            scheduler.RunUntilIdle();
        }

        turns.ShouldBe(3);
        other.Start(new RecordingSink(other));
        scheduler.RunUntilIdle();
        peers[1].Input.TryRead(out var read).ShouldBeTrue();
        read.Buffer.ToArray().ShouldBe([1, 2, 3, 4]);

        static void Send(SocketDriver driver, byte[] bytes, bool shared)
        {
            lock (driver.Gate)
            {
                if (shared)
                    driver.AppendShared(bytes);
                else
                    driver.Output.Write(bytes);
            }

            driver.FlushLater();
        }
    });

    [Fact]
    public void Start_AfterTheLoopEnded_EndsBothSidesOnce() => WithTwo((scheduler, one, other, _) =>
    {
        one.Loop.Add(3, one);
        scheduler.RunUntilIdle();
        one.Loop.End();
        foreach (var driver in (SocketDriver[])[one, other])
        {
            var sink = new RecordingSink(driver);
            driver.Start(sink);
            scheduler.RunUntilIdle();
            (sink.ReceiveEnds, sink.SendEnds).ShouldBe((1, 1));
        }

        ((SimulatedSockets)one.Loop.Sockets).Open.ShouldBe(0);
    });

    [Fact]
    public void Reset_WhileNothingIsReceivedAndNothingFits_EndsBothSides() => Seeded.Run(200, seed => WithTwo((scheduler, driver, _, peers) =>
    {
        var sink = new RecordingSink(driver);
        driver.PauseReceive();
        driver.Start(sink);
        lock (driver.Gate)
            driver.Output.Write(new byte[400_000]);
        driver.Flush();
        scheduler.RunUntilIdle();
        peers[0].Reset();
        scheduler.RunUntilIdle();
        // Receiving is paused, so only sending need notice.
        sink.SendEnds.ShouldBe(1);
        driver.ResumeReceive();
        scheduler.RunUntilIdle();
        sink.ReceiveEnds.ShouldBe(1);
    }, seed));

    private static void WithTwo(Action<SimulationScheduler, SocketDriver, SocketDriver, FaultyDuplexPipe[]> test, int seed = 1)
    {
        var scheduler = new SimulationScheduler(seed);
        var sockets = new SimulatedSockets(scheduler.PipeScheduler);
        var log = new StrictLog();
        var loop = sockets.Loop = new EventLoop(sockets, log);
        var pairs = Enumerable.Range(0, 2)
            .Select(_ => InMemoryDuplex.CreatePair(new InMemoryDuplexOptions { Scheduler = scheduler.PipeScheduler })).ToArray();
        test(
            scheduler,
            new SocketDriver(loop, sockets.Add(pairs[0].Client)),
            new SocketDriver(loop, sockets.Add(pairs[1].Client)),
            [.. pairs.Select(p => p.Server)]);
        log.Faults.ShouldBeEmpty();
    }
}
