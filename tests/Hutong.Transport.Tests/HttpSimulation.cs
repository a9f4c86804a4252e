using System.Buffers;
using Hutong.Testing;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>A connection in memory that Kestrel has, and a peer at its other end. One seed decides the order of everything.</summary>
internal abstract class HttpSimulation
{
    private readonly StrictLog _log = new();
    private readonly TaskCompletionSource _mayRead = new();

    protected HttpSimulation(int seed, string[] events)
    {
        Events = events;
        // Without a context: the runtime would send to the pool what awaits the tasks that this script ends.
        Scheduler = new SimulationScheduler(seed, new ManualTimeProvider()) { InstallsContext = false };
        var faults = new LinkFaults { SegmentSize = () => 1 + Scheduler.Random.Next(9000) };
        var (near, far) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            Scheduler = Scheduler.PipeScheduler,
            Time = Scheduler.Time,
            PauseWriterThreshold = 4096,
            ClientToServer = faults,
            ServerToClient = faults,
        });
        Peer = far;
        var sockets = new SimulatedSockets(Scheduler.PipeScheduler);
        var loop = sockets.Loop = new EventLoop(sockets, _log);
        Socket = new HttpSocket(loop, sockets.Add(near), null, null, new(MemoryPool<byte>.Shared, Scheduler.PipeScheduler), Scheduler.Time);
        loop.Post(Socket, Errands.Start);
        if (!Has("stall"))
            MayRead();
    }

    protected SimulationScheduler Scheduler { get; }

    protected Random Random => Scheduler.Random;

    protected string[] Events { get; }

    protected HttpSocket Socket { get; }

    protected FaultyDuplexPipe Peer { get; }

    protected List<byte> PeerSent { get; } = [];

    protected List<byte> PeerReceived { get; } = [];

    protected bool PeerEnded { get; private set; }

    /// <summary>Whether something happened that may cost bytes.</summary>
    protected bool IsCut { get; set; }

    public void Run()
    {
        Scheduler.Run(RunAsync);
        Scheduler.RunUntilIdle();
        _log.Faults.ShouldBeEmpty();
        Scheduler.ForeignPosts.ShouldBe(0);
        ((SimulatedSockets)Socket.Loop.Sockets).Open.ShouldBe(0);
        Check();
    }

    protected static bool IsPrefix(List<byte> part, List<byte> whole) =>
        part.Count <= whole.Count && part.ToArray().AsSpan().SequenceEqual(whole.ToArray().AsSpan(0, part.Count));

    protected abstract Task RunAsync();

    protected abstract void Check();

    protected bool Has(string what) => Events.Contains(what);

    protected async Task Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            var step = new TaskCompletionSource();
            Scheduler.PipeScheduler.Schedule(static s => ((TaskCompletionSource)s!).SetResult(), step);
            await step.Task;
        }
    }

    /// <summary>Waits for what nothing announces.</summary>
    protected async Task Until(Func<bool> condition, string what)
    {
        for (int i = 0; i < 20_000 && !condition(); i++)
            await Steps(1);
        condition().ShouldBeTrue(what);
    }

    protected byte[] Bytes(int most)
    {
        byte[] bytes = new byte[Random.Next(1, most)];
        Random.NextBytes(bytes);
        return bytes;
    }

    protected void EndLoop()
    {
        IsCut = true;
        Socket.Loop.End();
    }

    protected void Reset()
    {
        IsCut = true;
        Peer.Reset();
    }

    protected void MayRead() => _mayRead.TrySetResult();

    protected async Task EndPeer()
    {
        if (PeerEnded)
            return;
        PeerEnded = true;
        await Peer.Output.CompleteAsync();
    }

    /// <summary>Sends from the peer.</summary>
    /// <returns>Whether it can go on.</returns>
    protected async Task<bool> PeerSend(byte[] bytes)
    {
        if (PeerEnded)
            return false;
        PeerSent.AddRange(bytes);
        try
        {
            return !(await Peer.Output.WriteAsync(bytes)).IsCompleted;
        }
        catch (IOException) when (IsCut)
        {
            return false;
        }
    }

    protected async Task PeerReads(Action received)
    {
        try
        {
            await _mayRead.Task;
            while (true)
            {
                var read = await Peer.Input.ReadAsync();
                foreach (var segment in read.Buffer)
                    PeerReceived.AddRange(segment.Span);
                Peer.Input.AdvanceTo(read.Buffer.End);
                received();
                if (read.IsCompleted)
                    return;
                await Steps(Random.Next(3));
            }
        }
        catch (Exception e) when (IsCut && e is IOException or InvalidOperationException)
        {
        }
    }

    /// <summary>The peer's reading side is gone.</summary>
    protected async Task StopPeer()
    {
        IsCut = true;
        await Peer.Input.CompleteAsync();
    }
}
