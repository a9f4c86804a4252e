using System.Buffers;
using Hutong.Connections.Drivers;
using Hutong.Testing;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>The transport as Kestrel sees it: whatever happens, bytes keep their order and the socket is closed once.</summary>
public class HttpSocketTests
{
    public static TheoryData<string> Scenarios =>
    [
        "", "stall", "halfclose", "abort", "reset", "peerstops", "stop", "stall,stop", "stall,abort", "stall,reset", "shutdown", "stall,shutdown",
        "halfclose,stop", "abort,reset,stop", "halfclose,abort,reset,peerstops,stop,shutdown",
    ];

    public static TheoryData<string> UnreadScenarios => ["unread", "unread,abort", "unread,reset", "unread,shutdown"];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Conversation_AmidWhatMayHappen_KeepsOrderAndEndsOnce(string scenario) => Explore(scenario, seeds: 400);

    [Theory]
    [MemberData(nameof(UnreadScenarios))]
    public void Conversation_WithMoreThanIsTakenUnread_GoesOnWhenItIsRead(string scenario) => Explore(scenario, seeds: 40);

    [Fact]
    public void Dispose_PeerDoesNotRead_CutsItInFiveSeconds() => WithSocket((scheduler, sockets, socket, _) =>
    {
        socket.Context.Transport.Output.Write(new byte[40_000]);
        scheduler.Run(async () =>
        {
            await socket.Context.Transport.Output.FlushAsync();
            await socket.Context.DisposeAsync();
        });
        scheduler.RunUntilIdle();
        sockets.Open.ShouldBe(0);
        scheduler.Time!.GetUtcNow().ShouldBe(new DateTimeOffset(2000, 1, 1, 0, 0, 5, TimeSpan.Zero));
    });

    [Fact]
    public void Dispose_WriterEndedWithAnError_ClosesTheSocket() => WithSocket((scheduler, sockets, socket, _) =>
    {
        scheduler.Run(async () =>
        {
            await socket.Context.Transport.Output.CompleteAsync(new InvalidOperationException());
            await socket.Context.DisposeAsync();
        });
        scheduler.RunUntilIdle();
        sockets.Open.ShouldBe(0);
    });

    [Fact]
    public void HandOver_BytesBeforeTheStart_DoNotKeepTheLoopBusy() => WithSocket((scheduler, sockets, socket, peer) => scheduler.Run(async () =>
    {
        scheduler.RunUntilIdle();
        var driver = (await socket.HandOverAsync(watch: null, keepsRequest: false)).ShouldNotBeNull();
        await peer.Output.WriteAsync("early"u8.ToArray());
        // Would never be idle if it went round and round.
        scheduler.RunUntilIdle(maxSteps: 1000);
        var sink = new RecordingSink(driver);
        driver.Start(sink);
        scheduler.RunUntilIdle();
        sink.Received.ShouldBe("early"u8.ToArray());
        driver.Abort();
        scheduler.RunUntilIdle();
        sockets.Open.ShouldBe(0);
        await socket.DisposeAsync();
    }));

    private static void Explore(string scenario, int seeds) =>
        Seeded.Run(seeds, seed => new HttpExploration(seed, scenario.Split(',', StringSplitOptions.RemoveEmptyEntries)).Run());

    private static void WithSocket(Action<SimulationScheduler, SimulatedSockets, HttpSocket, FaultyDuplexPipe> test)
    {
        var scheduler = new SimulationScheduler(1, new ManualTimeProvider()) { InstallsContext = false };
        var (near, far) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions { Scheduler = scheduler.PipeScheduler, PauseWriterThreshold = 4096 });
        var sockets = new SimulatedSockets(scheduler.PipeScheduler);
        var log = new StrictLog();
        var loop = sockets.Loop = new EventLoop(sockets, log);
        var socket = new HttpSocket(loop, sockets.Add(near), null, null, new(MemoryPool<byte>.Shared, scheduler.PipeScheduler), scheduler.Time);
        loop.Post(socket, Errands.Start);
        test(scheduler, sockets, socket, far);
        log.Faults.ShouldBeEmpty();
    }
}
