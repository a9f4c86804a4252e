using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>What the application's code asks of rooms and sessions, on whichever node they are.</summary>
public sealed class ServerApiTests : IDisposable
{
    private readonly MemoryBackplane _memory = new();
    private readonly Bench _here;
    private readonly Bench _there;

    public ServerApiTests()
    {
        var rooms = (RoomsBuilder r) => { r.Map("r*", new RoomOptions { HistorySize = 5 }); };
        _here = new Bench(rooms, backplane: _memory);
        _there = new Bench(rooms, backplane: _memory, beside: _here);
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _memory.Dispose();
    }

    [Fact]
    public void Publish_ByOneNode_ReachesMembersOfAll()
    {
        var near = _here.OpenIn("r");
        var far = _there.OpenIn("r");
        _here.Publish("r", "said", "1");
        _there.Publish("r", "said", "2");
        far.Texts().ShouldBe(near.Texts());
    }

    [Fact]
    public void SendToUser_ReachesAllItsSessions()
    {
        var wires = new[] { _here.Open("ada"), _there.Open("ada") };
        var other = _there.Open("bob");
        Do(r => r.SendToUserAsync("ada", "note", Payload.Json("1"u8.ToArray())));
        foreach (var wire in wires)
            wire.Texts().ShouldHaveSingleItem().ShouldContain("\"type\":\"note\"");
        other.Texts().ShouldBeEmpty();
    }

    [Fact]
    public void SendToSession_ReachesItOnly()
    {
        var near = _here.Open("ada");
        var far = _there.Open("ada");
        Do(r => r.SendToSessionAsync(far.Session!.Id, "note"));
        Do(r => r.SendToSessionAsync(near.Session!.Id, "note"));
        near.Texts().Count.ShouldBe(1);
        far.Texts().Count.ShouldBe(1);
        Do(r => r.SendToSessionAsync("nobody", "note"));
    }

    [Fact]
    public void JoinAndLeave_ByTheServer_AreTold()
    {
        var far = _there.Open();
        Do(r => r.JoinAsync(far.Session!.Id, "r"));
        far.Texts().ShouldHaveSingleItem().ShouldStartWith("{\"type\":\"ack\",\"room\":\"r\"");
        _here.Publish("r", "said");
        far.Texts().Count.ShouldBe(1);
        Do(r => r.LeaveAsync(far.Session!.Id, "r"));
        far.Texts().ShouldBe(["""{"type":"ack","room":"r","payload":{"left":true}}"""]);
        _here.Publish("r", "said");
        far.Texts().ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => Do(r => r.JoinAsync(far.Session!.Id, "nowhere")));
    }

    [Fact]
    public void Disconnect_ByTheServer_ClosesWithItsCode()
    {
        var far = _there.Open("ada");
        Do(r => r.DisconnectAsync(far.Session!.Id, 4001, "bye"));
        far.Texts();
        far.Closed.ShouldBe((4001, "bye"));
        var near = _here.Open("ada");
        Do(r => r.DisconnectUserAsync("ada"));
        near.Texts();
        near.Closed!.Value.Code.ShouldBe(3502);
        Should.Throw<ArgumentException>(() => Do(r => r.DisconnectAsync("x", 1006)));
        Should.Throw<ArgumentException>(() => Do(r => r.DisconnectAsync("x", 4000, new string('x', 124))));
    }

    [Fact]
    public async Task GetHistory_IsThatOfAllNodes()
    {
        _there.Publish("r", "said", "1");
        var page = await _here.Graph.GetHistoryAsync("r");
        page.Publications.ShouldHaveSingleItem().Type.ShouldBe("said");
        page.IsComplete.ShouldBeTrue();
        Should.Throw<ArgumentException>(() => _here.Rooms.PublishAsync("nowhere", new PublishRequest("x", default)).AsTask());
    }

    [Fact]
    public void Rooms_WithoutMembers_AreDropped()
    {
        var wire = _here.OpenIn("r1");
        _here.Graph.RoomCount.ShouldBe(1);
        wire.End();
        _here.Run();
        _here.Graph.RoomCount.ShouldBe(0);
        _memory.Streams.ShouldBe(1, "its epoch is kept");
        // What it kept is found again.
        var position = _here.Publish("r1", "said");
        var again = _here.Open();
        _here.Ask(again, """{"type":"join","id":"j","room":"r1"}""")[0].ShouldContain($"\"epoch\":\"{position!.Value.Epoch}\",\"offset\":1");
    }

    private void Do(Func<IRooms, ValueTask> call)
    {
        call(_here.Rooms).AsTask().GetAwaiter().GetResult();
        _here.Run();
    }
}
