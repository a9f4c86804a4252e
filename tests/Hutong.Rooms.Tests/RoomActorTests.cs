namespace Hutong.Rooms;

/// <summary>A room's turn: bounded, and without an allocation for a delivery.</summary>
public class RoomActorTests
{
    [Fact]
    public async Task Publish_WhileMuchWaitsInTheRoom_WaitsToo()
    {
        using var graph = new RoomGraph().Configure(rooms => rooms.Map("r"));
        using var blocked = new BlockingWire();
        var session = await graph.OpenAsync(blocked, new SessionStart());
        await graph.JoinAsync(session!.Id, "r");
        blocked.Blocks = true;
        var first = Task.Run(() => graph.Room("r").PublishAsync("said").AsTask());
        blocked.Entered.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        // Another thread is at it, so these only queue.
        int done = 0;
        Task<StreamPosition?>? last = null;
        while (done < 20_000 && (last = graph.Room("r").PublishAsync("said").AsTask()).IsCompleted)
            done++;
        done.ShouldBeInRange(1000, 10_000);
        last!.IsCompleted.ShouldBeFalse();
        blocked.Blocks = false;
        blocked.Release();
        await last.WaitAsync(TimeSpan.FromSeconds(30));
        await first.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Publish_ToManyMembers_AllocatesNothingForEach()
    {
        using var graph = new RoomGraph().Configure(rooms => rooms.Map("r", new RoomOptions { HistorySize = 10 }));
        for (int i = 0; i < 1000; i++)
        {
            var session = await graph.OpenAsync(new EmptyWire(), new SessionStart());
            await graph.JoinAsync(session!.Id, "r");
        }

        long allocated = long.MaxValue;
        for (int round = 0; round < 20 && allocated > 100 * 3000; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
                _ = graph.Room("r").PublishAsync("said").AsTask();
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // What a publication takes, its encoding included; a byte a member would be a third of that more.
        (allocated / 100).ShouldBeLessThan(3000);
    }

    private sealed class EmptyWire : SessionWire
    {
        public override string Name => "test";

        public override Dialect Dialect => Internal.JsonEnvelope.Instance;

        public override SessionLag Pending => default;

        public override bool TrySend(OutgoingMessage message) => message.In(Dialect) is not null;

        public override void NotifyDrained(long bytes)
        {
        }

        public override void Close(int code, string reason)
        {
        }
    }

    private sealed class BlockingWire : SessionWire, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();

        public bool Blocks { get; set; }

        public ManualResetEventSlim Entered { get; } = new();

        public override string Name => "test";

        public override Dialect Dialect => Internal.JsonEnvelope.Instance;

        public override SessionLag Pending => default;

        public override bool TrySend(OutgoingMessage message)
        {
            if (!Blocks)
                return true;
            Entered.Set();
            return _gate.Wait(TimeSpan.FromSeconds(30));
        }

        public void Release() => _gate.Set();

        public override void NotifyDrained(long bytes)
        {
        }

        public override void Close(int code, string reason)
        {
        }

        public void Dispose()
        {
            _gate.Dispose();
            Entered.Dispose();
        }
    }
}
