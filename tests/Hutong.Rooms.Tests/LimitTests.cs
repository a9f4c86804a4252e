using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>Bounds, and what happens at them.</summary>
public class LimitTests
{
    [Fact]
    public void RoomsPerSession_BeyondTheLimit_AreTooMany()
    {
        using var bench = new Bench(rooms => rooms.Map("*"), new RoomsOptions { MaxRoomsPerSession = 2 });
        var wire = bench.Open();
        Join(bench, wire, "a").ShouldContain("ack");
        Join(bench, wire, "b").ShouldContain("ack");
        Join(bench, wire, "c").ShouldContain("too_many_rooms");
        bench.Ask(wire, """{"type":"leave","room":"a"}""");
        Join(bench, wire, "c").ShouldContain("ack");
    }

    [Fact]
    public void Members_BeyondTheLimit_FindTheRoomFull()
    {
        using var bench = new Bench(rooms => rooms.Map("*", new RoomOptions { MaxMembers = 1 }));
        var first = bench.OpenIn("a");
        var second = bench.Open();
        Join(bench, second, "a").ShouldContain("room_full");
        first.End();
        bench.Run();
        Join(bench, second, "a").ShouldContain("ack");
    }

    [Fact]
    public void Joins_FasterThanTheRate_AreRateLimited()
    {
        using var bench = new Bench(rooms => rooms.Map("*"), new RoomsOptions { JoinsPerSecond = 2, JoinBurst = 3 });
        var wire = bench.Open();
        for (int i = 0; i < 3; i++)
            Join(bench, wire, "a").ShouldContain("ack");
        Join(bench, wire, "a").ShouldContain("rate_limited");
        bench.Advance(TimeSpan.FromMilliseconds(500));
        Join(bench, wire, "a").ShouldContain("ack");
        Join(bench, wire, "a").ShouldContain("rate_limited");
        bench.Advance(TimeSpan.FromHours(1));
        for (int i = 0; i < 3; i++)
            Join(bench, wire, "a").ShouldContain("ack");
        Join(bench, wire, "a").ShouldContain("rate_limited");
    }

    [Fact]
    public void SessionsOfAUser_BeyondTheLimit_AreTurnedAway()
    {
        using var bench = new Bench(options: new RoomsOptions { MaxSessionsPerUser = 1 });
        var first = bench.Open("ada");
        var second = bench.Open("ada");
        second.Texts().ShouldHaveSingleItem().ShouldContain("too_many_sessions");
        second.Closed!.Value.Code.ShouldBe(1013);
        bench.Open("bob").Closed.ShouldBeNull();
        first.End();
        bench.Open("ada").Texts().ShouldBeEmpty();
        var late = bench.Open();
        late.Session!.Authenticate(Bench.User("ada")).ShouldBe(Protocol.RoomError.TooManySessions);
        late.Session.Authenticate(Bench.User("eve")).ShouldBeNull();
        late.Session.UserId.ShouldBe("eve");
        late.Session.Authenticate(Bench.User("mallory")).ShouldBe(Protocol.RoomError.AuthFailed);
    }

    [Fact]
    public void SessionsOfAnAddress_BeyondTheLimit_AreTurnedAwayButForLoopback()
    {
        using var bench = new Bench(options: new RoomsOptions { MaxSessionsPerAddress = 1 });
        var first = bench.Open(address: "192.0.2.1");
        bench.Open(address: "192.0.2.1").Texts().ShouldHaveSingleItem().ShouldContain("too_many_sessions");
        bench.Open(address: "192.0.2.2").Texts().ShouldBeEmpty();
        for (int i = 0; i < 3; i++)
            bench.Open(address: "127.0.0.1").Texts().ShouldBeEmpty();
        first.End();
        bench.Open(address: "192.0.2.1").Texts().ShouldBeEmpty();
    }

    [Fact]
    public void History_IsBoundedByBytesAndAge()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 100, HistoryBytes = 2000, HistoryAge = TimeSpan.FromMinutes(1) }));
        var wire = bench.OpenIn("r");
        for (int i = 0; i < 10; i++)
            bench.Publish("r", "said", $"\"{new string('x', 300)}\"");
        History(bench, wire).ShouldBe([8, 9, 10]);
        bench.Advance(TimeSpan.FromSeconds(61));
        History(bench, wire).ShouldBeEmpty();
        bench.Publish("r", "said")!.Value.Offset.ShouldBe(11);
    }

    [Fact]
    public void History_ByAClient_IsLimited()
    {
        using var bench = new Bench(
            rooms => rooms.Map("r", new RoomOptions { HistorySize = 100 }).Map("hidden", new RoomOptions { HistorySize = 1, HistoryVisible = false }),
            new RoomsOptions { HistoryLimit = 4 });
        var wire = bench.OpenIn("r");
        for (int i = 0; i < 10; i++)
            bench.Publish("r", "said");
        wire.Texts();
        History(bench, wire).ShouldBe([7, 8, 9, 10]);
        History(bench, wire, ",\"payload\":{\"limit\":2}").ShouldBe([9, 10]);
        History(bench, wire, ",\"payload\":{\"limit\":200}").ShouldBe([7, 8, 9, 10]);
        Join(bench, wire, "hidden");
        bench.Ask(wire, """{"type":"history","id":"h","room":"hidden"}""").ShouldHaveSingleItem().ShouldContain("history_denied");
    }

    [Fact]
    public void Answer_WithoutRoomForIt_EndsTheSession()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Presence = true }));
        var wire = bench.OpenIn("r", limit: 100);
        for (int i = 0; i < 10; i++)
            bench.Send(wire, """{"type":"presence","id":"p","room":"r"}""");
        wire.Texts().Count.ShouldBe(1);
        wire.Closed!.Value.Code.ShouldBe(3008);
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomGraph(new RoomsOptions { MaxRoomsPerSession = 0 }));
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomGraph(new RoomsOptions { DedupeWindow = TimeSpan.FromDays(2) }));
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomOptions { HistorySize = -1 }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomOptions { Delivery = (Delivery)9 }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new MemoryBackplane(new() { MaxHistoryBytes = 0 }));
    }

    private static string Join(Bench bench, TestWire wire, string room) => bench.Ask(wire, $$"""{"type":"join","id":"j","room":"{{room}}"}""").ShouldHaveSingleItem();

    private static List<long> History(Bench bench, TestWire wire, string more = "")
    {
        wire.Texts();
        string answer = bench.Ask(wire, "{\"type\":\"history\",\"id\":\"h\",\"room\":\"r\"" + more + "}").ShouldHaveSingleItem();
        var payload = System.Text.Json.JsonDocument.Parse(answer).RootElement.GetProperty("payload");
        return [.. payload.GetProperty("publications").EnumerateArray().Select(p => p.GetProperty("offset").GetInt64())];
    }
}
