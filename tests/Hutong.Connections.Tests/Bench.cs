using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>A connection of either role with a scripted peer, in virtual time and on one thread.</summary>
internal sealed class Bench
{
    private Bench(Role role, ConnectionOptions options, int seed, InMemoryDuplexOptions? duplex)
    {
        Time = new ManualTimeProvider();
        Scheduler = new SimulationScheduler(seed, Time);
        var (client, server) = InMemoryDuplex.CreatePair((duplex ?? new()) with { Scheduler = Scheduler.PipeScheduler, Time = Time });
        (Pipe, PeerPipe) = role == Role.Client ? (client, server) : (server, client);
        Peer = new RawPeer(PeerPipe, role == Role.Client ? RawPeerRole.Server : RawPeerRole.Client);
        Connection = WebSocketConnection.Create(
            new PipeDriver(Pipe, abortTransport: null, Scheduler.PipeScheduler), role, options with { TimeProvider = Time });
    }

    public static TheoryData<Role> Roles => [Role.Client, Role.Server];

    public ManualTimeProvider Time { get; }

    public SimulationScheduler Scheduler { get; }

    public FaultyDuplexPipe Pipe { get; }

    public FaultyDuplexPipe PeerPipe { get; }

    public RawPeer Peer { get; }

    public WebSocketConnection Connection { get; }

    /// <summary>Runs a test with a few seeds; at the end the connection is cut if it still lives, and must leave nothing behind.</summary>
    public static void Run(Role role, Func<Bench, Task> test, ConnectionOptions? options = null, InMemoryDuplexOptions? duplex = null, int seeds = 5)
    {
        for (int seed = 0; seed < seeds; seed++)
        {
            var bench = new Bench(role, options ?? new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero }, seed, duplex);
            bench.Scheduler.Run(async () =>
            {
                await test(bench);
                bench.Connection.Abort();
                await bench.Connection.Closed;
            });
            bench.Scheduler.RunUntilIdle();
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
            bench.Time.ActiveTimers.ShouldBe(0);
            bench.Scheduler.ForeignPosts.ShouldBe(0);
        }
    }

    /// <summary>Virtual milliseconds since a timestamp of <see cref="Time"/>.</summary>
    public double Since(long timestamp) => Time.GetElapsedTime(timestamp).TotalMilliseconds;

    /// <summary>Lets virtual time pass.</summary>
    public async Task Wait(double seconds)
    {
        var done = new TaskCompletionSource();
        using var timer = Time.CreateTimer(_ => done.SetResult(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        await done.Task;
    }

    /// <summary>Finishes the peer's part of a closing that the connection has begun, and waits for the end.</summary>
    public async Task<CloseResult> FinishClosing(ushort? expected, ushort? answer = 1000)
    {
        await Peer.ExpectCloseAsync(expected);
        await Peer.SendCloseAsync(answer);
        if (Connection.Role == Role.Server)
            await Peer.ExpectEndAsync();
        await Peer.CompleteAsync();
        return await Connection.Closed;
    }

    /// <summary>Reads to the end.</summary>
    public async Task<List<string>> ReadTexts()
    {
        var texts = new List<string>();
        await foreach (var message in Connection.ReadAllAsync())
            texts.Add(message.Text);
        return texts;
    }
}
