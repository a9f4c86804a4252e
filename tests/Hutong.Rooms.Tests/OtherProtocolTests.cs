using System.Text;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>What rooms do for the clients of another protocol, Socket.IO's: hidden rooms, originals, filters by room, volatile publications.</summary>
public sealed class OtherProtocolTests
{
    private static readonly RoomOptions History = new() { HistorySize = 10 };

    [Fact]
    public void HiddenRooms_AreForTheApplicationAlone()
    {
        using var bench = new Bench(rooms => rooms.Map("open:*").Map("#/mine"));
        Should.Throw<ArgumentException>(() => _ = bench.Graph.PublishAsync("free", new PublishRequest("a", default)).AsTask());
        bench.Graph.Kinds.Hide("#/", History);
        var wire = bench.Open();
        foreach (string room in (string[])["free", "#/mine", "#/x"])
        {
            bench.Ask(wire, $$"""{"type":"join","room":"{{room}}","id":1}""").Single().ShouldContain("unknown_room");
            bench.Ask(wire, $$"""{"type":"a","room":"{{room}}","id":1}""").Single().ShouldContain("unknown_room");
            // The application lets it in, and it hears what is said there.
            Wait(bench, bench.Graph.EnterAsync(wire.Session!, room).AsTask()).ShouldBeNull();
            wire.Texts().Single().ShouldContain("\"epoch\"");
            bench.Publish(room, "said", "1");
            wire.Texts().Single().ShouldContain("\"offset\":1");
            Done(bench, bench.Graph.ExitAsync(wire.Session!, room));
            wire.Texts().Single().ShouldContain("\"left\":true");
            bench.Publish(room, "said", "2");
            wire.Texts().ShouldBeEmpty();
        }

        bench.Ask(wire, """{"type":"join","room":"open:1","id":1}""").Single().ShouldNotContain("epoch");
    }

    [Fact]
    public void HiddenRooms_WhereThereIsADefault_AreThoseThatBeginSo()
    {
        using var bench = new Bench(options: new RoomsOptions { DefaultRoom = new RoomOptions() });
        bench.Graph.Kinds.Hide("#/", new RoomOptions());
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"join","room":"any","id":1}""").Single().ShouldContain("\"ack\"");
        bench.Ask(wire, """{"type":"join","room":"#/x","id":1}""").Single().ShouldContain("unknown_room");
    }

    [Fact]
    public void Originals_AreCarriedToEveryNodeAndKept()
    {
        using var memory = new MemoryBackplane();
        using var here = new Bench(rooms => rooms.Map("r", History), backplane: memory);
        using var there = new Bench(rooms => rooms.Map("r", History), backplane: memory, beside: here);
        var seen = new List<string>();
        var wire = new OriginalWire(seen);
        Wait(there, there.Graph.OpenAsync(wire, new SessionStart()).AsTask());
        Wait(there, there.Graph.EnterAsync(wire.Session!, "r").AsTask());
        var request = new PublishRequest("a", Payload.Json("1"u8.ToArray())) { Original = "x"u8.ToArray() };
        Wait(here, here.Graph.PublishAsync("r", request).AsTask());
        Done(here, here.Graph.BroadcastAsync(["r"], request with { Original = "y"u8.ToArray() }).AsTask());
        there.Run();
        seen.ShouldBe(["", "x", "y"]);
        var page = Wait(here, here.Graph.GetHistoryAsync("r").AsTask());
        Encoding.UTF8.GetString(page.Publications.Single().Original.Span).ShouldBe("x");
        page.Publications.Single().Size.ShouldBeGreaterThan(257);
    }

    [Fact]
    public void Publish_AmongAndExceptRooms_GoesToThoseWhoAreThereNow()
    {
        using var bench = new Bench(rooms => rooms.Map("all", History).Map("a").Map("b"));
        var none = bench.OpenIn("all");
        var a = bench.OpenIn("all");
        var both = bench.OpenIn("all");
        bench.Ask(a, """{"type":"join","room":"a"}""");
        bench.Ask(both, """{"type":"join","room":"a"}""");
        bench.Ask(both, """{"type":"join","room":"b"}""");
        Reaches(new PublishRequest("e", default) { Among = ["a"] }, a, both);
        Reaches(new PublishRequest("e", default) { Among = ["a", "b"], ExceptRooms = ["b"] }, a);
        Reaches(new PublishRequest("e", default) { ExceptRooms = ["a"] }, none);
        Reaches(new PublishRequest("e", default) { ExceptRooms = ["a"], Except = [none.Session!.Id] });
        // As a broadcast, too.
        _ = bench.Graph.BroadcastAsync(["a", "all"], new PublishRequest("e", default) { ExceptRooms = ["b"] }).AsTask();
        bench.Run();
        both.Texts().ShouldBeEmpty();
        a.Texts().Count.ShouldBe(1);
        none.Texts().Count.ShouldBe(1);

        void Reaches(PublishRequest request, params TestWire[] expected)
        {
            _ = bench.Graph.PublishAsync("all", request).AsTask();
            bench.Run();
            foreach (var wire in (TestWire[])[none, a, both])
            {
                // Those who do not get it are told the position instead.
                string text = wire.Texts().Single();
                text.Contains("\"type\":\"e\"", StringComparison.Ordinal).ShouldBe(expected.Contains(wire), text);
            }
        }
    }

    [Fact]
    public void Volatile_GoesToThoseWhoHaveNothingWaiting()
    {
        using var bench = new Bench(rooms => rooms.Map("r", History));
        var idle = bench.OpenIn("r");
        var busy = bench.OpenIn("r");
        busy.Session!.TrySend("before").ShouldBeTrue();
        _ = bench.Graph.PublishAsync("r", new PublishRequest("v", default) { Volatile = true }).AsTask();
        bench.Run();
        idle.Texts().Single().ShouldContain("\"v\"");
        busy.Texts().Single().ShouldContain("\"before\"");
        busy.Session.Dropped.ShouldBe(1);
        // It has no place in the stream.
        Wait(bench, bench.Graph.GetHistoryAsync("r").AsTask()).Top!.Value.Offset.ShouldBe(0);
        idle.Session!.TrySend("before").ShouldBeTrue();
        _ = bench.Graph.BroadcastAsync(["r"], new PublishRequest("v", default) { Volatile = true }).AsTask();
        bench.Run();
        idle.Texts().Count.ShouldBe(1);
        busy.Texts().Count.ShouldBe(1);
    }

    [Fact]
    public void Open_WithAnIdOfItsOwn_HasItUnlessAnotherHas()
    {
        using var bench = new Bench();
        var first = new TestWire();
        Wait(bench, bench.Graph.OpenAsync(first, new SessionStart { Id = "mine" }).AsTask())!.Id.ShouldBe("mine");
        var second = new TestWire();
        Wait(bench, bench.Graph.OpenAsync(second, new SessionStart { Id = "mine" }).AsTask()).ShouldBeNull();
        second.Texts().Single().ShouldContain("session_refused");
        bench.Graph.FindSession("mine").ShouldBe(first.Session);
        first.End();
        Wait(bench, bench.Graph.OpenAsync(new TestWire(), new SessionStart { Id = "mine" }).AsTask()).ShouldNotBeNull();
    }

    [Fact]
    public void Members_OfSomeRooms_AreGivenOnce()
    {
        using var bench = new Bench(rooms => rooms.Map("*"));
        var a = bench.OpenIn("1");
        var b = bench.OpenIn("1");
        bench.Ask(b, """{"type":"join","room":"2"}""");
        Wait(bench, bench.Graph.MembersAsync(["1"]).AsTask()).ShouldBe([a.Session!, b.Session!], ignoreOrder: true);
        Wait(bench, bench.Graph.MembersAsync(["1", "2", "3"]).AsTask()).ShouldBe([a.Session!, b.Session!], ignoreOrder: true);
        Wait(bench, bench.Graph.MembersAsync(["3"]).AsTask()).ShouldBeEmpty();
    }

    [Fact]
    public void Broadcast_ToRoomsAndSessions_ReachesEachOnce()
    {
        using var bench = new Bench(rooms => rooms.Map("*"));
        var member = bench.OpenIn("r");
        var named = bench.OpenIn("other");
        var stranger = bench.Open();
        string[] ids = [member.Session!.Id, named.Session!.Id, stranger.Session!.Id, "nobody"];
        _ = bench.Graph.BroadcastAsync(["r"], ids, ["r", "other"], new PublishRequest("e", default), here: false).AsTask();
        bench.Run();
        member.Texts().Count.ShouldBe(1);
        named.Texts().Count.ShouldBe(1);
        stranger.Texts().ShouldBeEmpty();
        _ = bench.Graph.BroadcastAsync(["r"], ids, ["other"], new PublishRequest("e", default) { Except = [named.Session.Id] }, here: true).AsTask();
        bench.Run();
        member.Texts().Count.ShouldBe(1);
        named.Texts().ShouldBeEmpty();
    }

    [Fact]
    public void Enter_SinceAPosition_GivesWhatWasMissedInTheRoomsTurn()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 3 }));
        var keeps = bench.OpenIn("r");
        var since = bench.Publish("r", "n", "1")!.Value;
        bench.Publish("r", "n", "2", except: [keeps.Session!.Id]);
        bench.Publish("r", "n", "3");
        var wire = bench.Open();
        var taken = new List<string>();
        Wait(bench, bench.Graph.EnterAsync(wire.Session!, "r", since, (position, recovered, missed) =>
            taken.Add($"{position?.Offset} {recovered} {string.Join(",", missed.Select(p => Encoding.UTF8.GetString(p.Payload.Data.Span)))}")).AsTask()).ShouldBeNull();
        taken.ShouldBe(["3 True 2,3"]);
        wire.Texts().ShouldBeEmpty();
        bench.Publish("r", "n", "4");
        wire.Texts().Count.ShouldBe(1);
        var late = bench.Open();
        bench.Publish("r", "n", "5");
        Wait(bench, bench.Graph.EnterAsync(late.Session!, "r", since, (_, recovered, missed) => taken.Add($"{recovered} {missed.Count}")).AsTask());
        taken[1].ShouldBe("False 0");
    }

    private static void Done(Bench bench, Task task)
    {
        bench.Run();
        task.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private static T Wait<T>(Bench bench, Task<T> task)
    {
        bench.Run();
        task.IsCompleted.ShouldBeTrue();
        return task.GetAwaiter().GetResult();
    }

    private sealed class OriginalWire(List<string> seen) : SessionWire
    {
        public override string Name => "test";

        public override Dialect Dialect => JsonEnvelope.Instance;

        public override SessionLag Pending => default;

        public override bool TrySend(OutgoingMessage message)
        {
            seen.Add(Encoding.UTF8.GetString(message.Original.Span));
            return true;
        }

        public override void NotifyDrained(long bytes)
        {
        }

        public override void Close(int code, string reason)
        {
        }
    }
}
