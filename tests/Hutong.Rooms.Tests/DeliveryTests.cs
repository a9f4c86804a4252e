using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>What members get, and what those get who read slowly.</summary>
public class DeliveryTests
{
    private static readonly string Long = $"\"{new string('x', 400)}\"";

    [Fact]
    public void Publish_ToMembers_ComesOnceAndInOrder()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100 }));
        var wires = Enumerable.Range(0, 3).Select(_ => bench.OpenIn("r")).ToList();
        for (int i = 0; i < 50; i++)
            bench.Publish("r", "said", $"{i}");
        foreach (var wire in wires)
            wire.Texts().Select(t => Offset(t)).ShouldBe(Enumerable.Range(1, 50).Select(i => (long)i));
    }

    [Fact]
    public async Task Publish_FromManyThreads_ReachesEveryMemberInOneOrder()
    {
        const int Each = 2000;
        using var graph = new RoomGraph().Configure(rooms => rooms.Map("r*", new RoomOptions { HistorySize = 100 }).Map("plain"));
        foreach (string room in (string[])["r", "plain"])
        {
            var wires = new List<CountingWire>();
            for (int i = 0; i < 3; i++)
            {
                var wire = new CountingWire();
                var session = await graph.OpenAsync(wire, new SessionStart());
                await graph.JoinAsync(session!.Id, room);
                await wire.WaitAsync(1);
                wires.Add(wire);
            }

            await Task.WhenAll(Enumerable.Range(0, 4).Select(p => Task.Run(async () =>
            {
                for (int i = 0; i < Each; i++)
                    await graph.Room(room).PublishAsync("said", Payload.Json(System.Text.Encoding.UTF8.GetBytes($"{(p * Each) + i}")));
            })));
            foreach (var wire in wires)
                await wire.WaitAsync(1 + (4 * Each));
            var first = wires[0].Payloads();
            first.Count.ShouldBe(4 * Each);
            wires.ShouldAllBe(w => w.Payloads().SequenceEqual(first));
            wires.ShouldAllBe(w => !w.WasEnteredTwice);
            if (room == "r")
                wires[0].Offsets().ShouldBe(Enumerable.Range(1, 4 * Each).Select(i => (long)i));
        }
    }

    [Fact]
    public void All_WhenBehind_DisconnectsWith3008AndGivesNothingBeyondTheHole()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100 }));
        var slow = bench.OpenIn("r", limit: 1200);
        var quick = bench.OpenIn("r");
        for (int i = 0; i < 6; i++)
            bench.Publish("r", "said", i == 3 ? "1" : Long);
        var texts = slow.Texts();
        texts.Select(Offset).ShouldBe([1, 2]);
        slow.Closed!.Value.Code.ShouldBe(3008);
        bench.Run();
        bench.Graph.SessionCount.ShouldBe(1);
        quick.Texts().Count.ShouldBe(6);
    }

    [Fact]
    public void All_WithDrop_MakesGoodFromTheHistoryInOrder()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100, WhenBehind = WhenBehind.Drop, BehindBytes = 600 }));
        var slow = bench.OpenIn("r", limit: 1200);
        for (int i = 0; i < 20; i++)
            bench.Publish("r", "said", Long);
        slow.Session!.Lag.Bytes.ShouldBeLessThanOrEqualTo(1200);
        var offsets = new List<long>();
        for (int i = 0; i < 20; i++)
        {
            offsets.AddRange(slow.Texts().Select(Offset));
            bench.Run();
            if (i == 3)
                bench.Publish("r", "said", Long);
        }

        offsets.ShouldBe(Enumerable.Range(1, 21).Select(i => (long)i));
        slow.Closed.ShouldBeNull();
        // And live again.
        bench.Publish("r", "said", "1");
        slow.Texts().Select(Offset).ShouldBe([22]);
    }

    [Fact]
    public void All_WithDropAndTheHistoryGone_TellsThePosition()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 3, WhenBehind = WhenBehind.Drop, BehindBytes = 600 }));
        var slow = bench.OpenIn("r", limit: 1200);
        for (int i = 0; i < 20; i++)
            bench.Publish("r", "said", Long);
        slow.Texts().Select(Offset).ShouldBe([1, 2]);
        bench.Run();
        var told = slow.Texts().ShouldHaveSingleItem();
        told.ShouldContain("\"type\":\"position\"");
        Offset(told).ShouldBe(20);
        bench.Publish("r", "said", "1");
        Offset(slow.Texts().ShouldHaveSingleItem()).ShouldBe(21);
    }

    [Fact]
    public void All_WithDropAndNoHistory_LeavesOut()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { WhenBehind = WhenBehind.Drop }));
        var slow = bench.OpenIn("r", limit: 1200);
        for (int i = 0; i < 5; i++)
            bench.Publish("r", "said", Long);
        slow.Session!.Dropped.ShouldBe(3);
        slow.Texts().Count.ShouldBe(2);
        bench.Publish("r", "said", "1");
        slow.Texts().Count.ShouldBe(1);
    }

    [Fact]
    public void Latest_WhenBehind_GivesTheNewestOfEachKeyInOrder()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100, Delivery = Delivery.Latest, BehindBytes = 300 }));
        var slow = bench.Open(limit: 1200);
        bench.Ask(slow, """{"type":"join","id":"j","room":"r"}""")[0].ShouldContain("\"delivery\":\"latest\"");
        bench.Publish("r", "price", Long, "A");
        for (int i = 0; i < 5; i++)
        {
            bench.Publish("r", "price", $"{i}", "A");
            bench.Publish("r", "price", $"{i}", "B");
        }

        bench.Publish("r", "other", "0", "A");
        slow.Session!.Lag.Messages.ShouldBe(1 + 3);
        Offset(slow.Texts().ShouldHaveSingleItem()).ShouldBe(1);
        bench.Run();
        slow.Texts().Select(Offset).ShouldBe([10, 11, 12]);
        bench.Publish("r", "price", "9", "A");
        slow.Texts().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(WhenBehind.Drop)]
    [InlineData(WhenBehind.Disconnect)]
    public void Latest_WithTooManyKeys_DropsTheOldestOrDisconnects(WhenBehind then)
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Delivery = Delivery.Latest, BehindBytes = 300, LatestKeys = 2, WhenBehind = then }));
        var slow = bench.OpenIn("r");
        bench.Publish("r", "price", Long, "A");
        foreach (string key in (string[])["B", "C", "D"])
            bench.Publish("r", "price", $"\"{key}\"", key);
        slow.Texts().Count.ShouldBe(1);
        if (then == WhenBehind.Disconnect)
        {
            slow.Closed!.Value.Code.ShouldBe(3008);
            return;
        }

        bench.Run();
        slow.Texts().Select(t => t.Contains("\"C\"", StringComparison.Ordinal) ? 'C' : t.Contains("\"D\"", StringComparison.Ordinal) ? 'D' : '?').ShouldBe(['C', 'D']);
    }

    [Fact]
    public void Latest_WithADeliveryKey_UsesIt()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Delivery = Delivery.Latest, BehindBytes = 300, DeliveryKey = p => p.Type }));
        var slow = bench.OpenIn("r");
        bench.Publish("r", "price", Long);
        bench.Publish("r", "price", "1", "A");
        bench.Publish("r", "price", "2", "B");
        slow.Texts();
        bench.Run();
        slow.Texts().ShouldHaveSingleItem().ShouldContain("\"payload\":2");
    }

    [Fact]
    public void Volatile_WhenBehind_Drops()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Delivery = Delivery.Volatile, BehindBytes = 300 }));
        var slow = bench.OpenIn("r");
        bench.Publish("r", "at", Long);
        bench.Publish("r", "at", "1");
        bench.Publish("r", "at", "2");
        slow.Session!.Dropped.ShouldBe(2);
        slow.Texts().Count.ShouldBe(1);
        bench.Publish("r", "at", "3");
        slow.Texts().ShouldHaveSingleItem().ShouldContain("\"payload\":3");
    }

    [Fact]
    public void Publish_ExceptASession_TellsItThePositionInstead()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 10 }).Map("plain"));
        var one = bench.OpenIn("r");
        var other = bench.OpenIn("r");
        bench.Publish("r", "said", "1", except: [one.Session!.Id]);
        other.Texts().ShouldHaveSingleItem().ShouldContain("\"type\":\"said\"");
        var told = one.Texts().ShouldHaveSingleItem();
        told.ShouldContain("\"type\":\"position\"");
        told.ShouldContain("\"skipped\":true");
        Offset(told).ShouldBe(1);

        bench.Ask(one, """{"type":"join","room":"plain"}""");
        bench.Publish("plain", "said", "1", except: [one.Session!.Id]);
        one.Texts().ShouldBeEmpty();
    }

    [Fact]
    public void PositionCheck_AfterPublications_TellsEachMemberOnce()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 10 }), new RoomsOptions { PositionCheckInterval = TimeSpan.FromSeconds(10) });
        var wire = bench.OpenIn("r");
        bench.Advance(TimeSpan.FromSeconds(11));
        wire.Texts().ShouldBeEmpty();
        bench.Publish("r", "said", "1");
        wire.Texts();
        bench.Advance(TimeSpan.FromSeconds(10));
        var told = wire.Texts().ShouldHaveSingleItem();
        told.ShouldContain("\"type\":\"position\"");
        Offset(told).ShouldBe(1);
        bench.Advance(TimeSpan.FromSeconds(30));
        wire.Texts().ShouldBeEmpty();
        bench.Ask(wire, """{"type":"position","id":"p","room":"r"}""").ShouldHaveSingleItem().ShouldContain("\"offset\":1");
    }

    [Fact]
    public void Gap_OnTheWayToANode_IsFilledFromTheHistory()
    {
        using var memory = new MemoryBackplane();
        var lossy = new HeldBackplane(memory);
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 10 }), backplane: lossy);
        var wire = bench.OpenIn("r");
        bench.Publish("r", "said", "1");
        lossy.Loses = true;
        bench.Publish("r", "said", "2");
        bench.Publish("r", "said", "3");
        lossy.Loses = false;
        wire.Texts().Select(Offset).ShouldBe([1]);
        bench.Publish("r", "said", "4");
        wire.Texts().Select(Offset).ShouldBe([2, 3, 4]);
        // The last one lost is found by the check.
        lossy.Loses = true;
        bench.Publish("r", "said", "5");
        bench.Advance(TimeSpan.FromSeconds(31));
        wire.Texts().Where(t => t.Contains("said", StringComparison.Ordinal)).Select(Offset).ShouldBe([5]);
    }

    [Fact]
    public void Gap_WhileTheHistoryCannotBeRead_IsFilledOnceItCan()
    {
        using var memory = new MemoryBackplane();
        var lossy = new HeldBackplane(memory);
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 10 }), new RoomsOptions { PositionCheckInterval = TimeSpan.Zero }, backplane: lossy);
        var wire = bench.OpenIn("r");
        lossy.Loses = true;
        bench.Publish("r", "said", "1");
        lossy.Loses = false;
        lossy.Fails = true;
        bench.Publish("r", "said", "2");
        bench.Advance(TimeSpan.FromMinutes(2));
        wire.Texts().ShouldBeEmpty();
        lossy.Fails = false;
        bench.Advance(TimeSpan.FromSeconds(1));
        wire.Texts().Select(Offset).ShouldBe([1, 2]);
        bench.Logs.Clear();
    }

    [Fact]
    public void Gap_ThatTheHistoryDoesNotHold_IsTold()
    {
        using var memory = new MemoryBackplane();
        var lossy = new HeldBackplane(memory);
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 2 }), backplane: lossy);
        var wire = bench.OpenIn("r");
        lossy.Loses = true;
        for (int i = 1; i <= 4; i++)
            bench.Publish("r", "said", $"{i}");
        lossy.Loses = false;
        bench.Publish("r", "said", "5");
        var texts = wire.Texts();
        texts.Select(Offset).ShouldBe([3, 4, 5]);
        texts[0].ShouldContain("\"type\":\"position\"");
        bench.Logs.Lines.ShouldContain(l => l.Id == 5);
    }

    [Fact]
    public void Restart_OfTheStream_IsToldToEveryMember()
    {
        using var memory = new MemoryBackplane();
        var held = new HeldBackplane(memory);
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100, WhenBehind = WhenBehind.Drop, BehindBytes = 600 }), backplane: held);
        var quick = bench.OpenIn("r");
        var slow = bench.OpenIn("r", limit: 1200);
        for (int i = 0; i < 10; i++)
            bench.Publish("r", "said", Long);
        quick.Texts();
        held.HoldsReads = true;
        slow.Texts().Count.ShouldBe(2);
        // What the slow one missed is being read when the stream begins anew.
        bench.Run();
        held.Inject(Anew(1));
        bench.Run();
        quick.Texts().Select(t => (t.Contains("position", StringComparison.Ordinal), Offset(t))).ShouldBe([(true, 0), (false, 1)]);
        held.Release();
        bench.Run();
        var told = slow.Texts().ShouldHaveSingleItem();
        told.ShouldContain("\"type\":\"position\"");
        told.ShouldContain("\"epoch\":\"anew\"");
        Offset(told).ShouldBe(1);
        held.Inject(Anew(2));
        bench.Run();
        slow.Texts().Select(Offset).ShouldBe([2]);

        static Publication Anew(long offset) => new("r", new PublishRequest("said", default), new StreamPosition("anew", offset), timestamp: 0);
    }

    [Fact]
    public void Latest_WhoseKeyCannotBeFound_UsesTheUsualOne()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Delivery = Delivery.Latest, BehindBytes = 300, DeliveryKey = _ => throw new InvalidOperationException() }));
        var slow = bench.OpenIn("r");
        var quick = bench.OpenIn("r");
        bench.Publish("r", "price", Long, "A");
        quick.Texts();
        bench.Publish("r", "price", "1", "A");
        bench.Publish("r", "price", "2", "A");
        quick.Texts().Count.ShouldBe(2);
        slow.Texts();
        bench.Run();
        slow.Texts().ShouldHaveSingleItem().ShouldContain("\"payload\":2");
        bench.Logs.Errors.ShouldNotBeEmpty();
        bench.Logs.Clear();
    }

    [Fact]
    public void Publish_WithoutAType_ThrowsAndTakesNoOffset()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100 }));
        Should.Throw<ArgumentException>(() => bench.Publish("r", ""));
        bench.Publish("r", "said")!.Value.Offset.ShouldBe(1);
    }

    [Fact]
    public void Broadcast_ToSeveralRooms_ComesOnceToEach()
    {
        using var bench = new Bench(rooms => rooms.Map("r*"));
        var both = bench.OpenIn("r1");
        bench.Ask(both, """{"type":"join","room":"r2"}""");
        var one = bench.OpenIn("r2");
        var left = bench.OpenIn("r2");
        var none = bench.OpenIn("r3");
        bench.Rooms.BroadcastAsync(["r1", "r2"], new PublishRequest("news", default) { Except = [left.Session!.Id] }).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        bench.Run();
        both.Texts().ShouldHaveSingleItem().ShouldNotContain("room");
        one.Texts().Count.ShouldBe(1);
        left.Texts().ShouldBeEmpty();
        none.Texts().ShouldBeEmpty();
    }

    [Fact]
    public void Publish_IsEncodedOnceForADialect()
    {
        using var bench = new Bench(rooms => rooms.Map("r"));
        var dialect = new CountingDialect();
        var message = new OutgoingMessage("x");
        message.In(dialect).ShouldBeSameAs(message.In(dialect));
        dialect.Count.ShouldBe(1);
        message.In(new CountingDialect()).ShouldNotBeSameAs(message.In(dialect));
    }

    private static long Offset(string text)
    {
        var root = System.Text.Json.JsonDocument.Parse(text).RootElement;
        return root.TryGetProperty("offset", out var offset) ? offset.GetInt64() : 0;
    }

    private sealed class CountingDialect : Dialect
    {
        public int Count { get; private set; }

        public override object Encode(OutgoingMessage message)
        {
            Count++;
            return new object();
        }
    }
}
