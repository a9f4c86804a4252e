using Hutong.Rooms.Support;
using Hutong.Testing;

namespace Hutong.Rooms;

/// <summary>Who is in a room, and who is told.</summary>
public class PresenceTests
{
    private static readonly Action<RoomsBuilder> Shown = rooms => rooms.Map("r", new RoomOptions { Presence = true, PresenceSample = 3, HistorySize = 5 }).Map("plain");

    [Fact]
    public void Join_OfAUser_IsToldToTheOthersOnceForAllItsSessions()
    {
        using var bench = new Bench(Shown);
        var watcher = bench.OpenIn("r");
        var first = bench.Open("ada");
        bench.Ask(first, """{"type":"join","id":"1","room":"r","info":{"name":"Ada"}}""").Count.ShouldBe(1);
        var told = watcher.Texts().ShouldHaveSingleItem();
        told.ShouldBe("{\"type\":\"user_join\",\"room\":\"r\",\"timestamp\":946684800000,\"payload\":{\"userId\":\"ada\",\"session\":\"" + first.Session!.Id + "\",\"info\":{\"name\":\"Ada\"}}}", StringCompareShould.IgnoreLineEndings);
        var second = bench.OpenIn("r", "ada");
        watcher.Texts().ShouldBeEmpty();
        first.End();
        bench.Run();
        watcher.Texts().ShouldBeEmpty();
        second.End();
        bench.Run();
        watcher.Texts().ShouldHaveSingleItem().ShouldContain("user_leave");
    }

    [Fact]
    public void Presence_OfALargeRoom_GivesCountsAndASampleAndNoNotices()
    {
        using var bench = new Bench(Shown);
        var wire = bench.OpenIn("r", "u0");
        for (int i = 1; i <= 5; i++)
            bench.OpenIn("r", $"u{i % 4}");
        wire.Texts().Count.ShouldBe(2, "two came while the room was small");
        var answer = bench.Ask(wire, """{"type":"presence","id":"p","room":"r"}""").ShouldHaveSingleItem();
        answer.ShouldContain("\"sessions\":6,\"users\":4");
        answer.Split("\"session\":").Length.ShouldBe(1 + 3);
    }

    [Fact]
    public void Presence_WhereThereIsNone_IsDenied()
    {
        using var bench = new Bench(Shown);
        bench.Ask(bench.OpenIn("plain"), """{"type":"presence","id":"p","room":"plain"}""").ShouldHaveSingleItem().ShouldContain("presence_denied");
    }

    [Fact]
    public async Task Presence_OfADeadNode_AgesOut()
    {
        var time = new ManualTimeProvider();
        var store = new MemoryPresence(time);
        using var memory = new MemoryBackplane();
        var dead = new Bench(Shown, backplane: memory, presence: store);
        dead.OpenIn("r", "ada");
        dead.OpenIn("r", "ada");
        await store.KeepAliveAsync(dead.Graph.Node, TimeSpan.FromSeconds(30));
        await store.JoinAsync("r", new PresenceEntry("s", "bob", default, "other"));
        time.Advance(TimeSpan.FromSeconds(29));
        (await dead.Graph.GetPresenceAsync("r")).ShouldSatisfyAllConditions(s => s.Sessions.ShouldBe(3), s => s.Users.ShouldBe(2));
        time.Advance(TimeSpan.FromSeconds(2));
        (await dead.Graph.GetPresenceAsync("r")).Entries.ShouldHaveSingleItem().User.ShouldBe("bob");
    }

    [Fact]
    public async Task KeepAlive_OfALivingNode_ComesInTime()
    {
        using var bench = new Bench(Shown);
        bench.OpenIn("r", "ada");
        for (int i = 0; i < 10; i++)
            bench.Advance(TimeSpan.FromSeconds(29));
        (await bench.Graph.GetPresenceAsync("r")).Sessions.ShouldBe(1);
    }

    [Fact]
    public void Notices_TurnedOff_AreNotSent()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { Presence = true, JoinNotices = false }));
        var watcher = bench.OpenIn("r");
        bench.OpenIn("r", "ada").End();
        bench.Run();
        watcher.Texts().ShouldBeEmpty();
    }

    [Fact]
    public void Notices_HaveNoPlaceInTheHistory()
    {
        using var bench = new Bench(Shown);
        var wire = bench.OpenIn("r");
        bench.OpenIn("r", "ada");
        wire.Texts().ShouldHaveSingleItem().ShouldNotContain("offset");
        bench.Publish("r", "said")!.Value.Offset.ShouldBe(1);
        bench.Ask(wire, """{"type":"history","id":"h","room":"r"}""")[^1].ShouldNotContain("user_join");
    }
}
