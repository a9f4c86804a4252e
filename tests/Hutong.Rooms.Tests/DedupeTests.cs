using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>A message that comes again is answered again, and not handled.</summary>
public class DedupeTests
{
    private int _handled;

    [Fact]
    public void Message_WithTheSameId_IsHandledOnceAndAnsweredTwice()
    {
        using var bench = Counting();
        var wire = bench.Open();
        var first = bench.Ask(wire, """{"type":"do","id":"a"}""");
        bench.Ask(wire, """{"type":"do","id":"a"}""").ShouldBe(first);
        bench.Ask(wire, """{"type":"do","id":"b"}""");
        bench.Ask(wire, """{"type":"do"}""");
        bench.Ask(wire, """{"type":"do"}""");
        _handled.ShouldBe(4);
    }

    [Fact]
    public void Message_OfAUser_IsKnownOnAnotherSession()
    {
        using var bench = Counting();
        bench.Ask(bench.Open("ada"), """{"type":"do","id":"a"}""");
        bench.Ask(bench.Open("ada"), """{"type":"do","id":"a"}""").Count.ShouldBe(1);
        _handled.ShouldBe(1);
        bench.Ask(bench.Open("bob"), """{"type":"do","id":"a"}""");
        bench.Ask(bench.Open(), """{"type":"do","id":"a"}""");
        bench.Ask(bench.Open(), """{"type":"do","id":"a"}""");
        _handled.ShouldBe(4);
    }

    [Fact]
    public void Message_WithANumber_IsKnownOnItsOwnSessionOnly()
    {
        using var bench = Counting();
        var wire = bench.Open("ada");
        bench.Ask(wire, """{"type":"do","id":1}""");
        bench.Ask(wire, """{"type":"do","id":1}""");
        _handled.ShouldBe(1);
        bench.Ask(bench.Open("ada"), """{"type":"do","id":1}""");
        _handled.ShouldBe(2);
    }

    [Fact]
    public void Message_AfterTheWindowOrTooManyOthers_IsHandledAnew()
    {
        using var bench = Counting(new RoomsOptions { DedupeWindow = TimeSpan.FromMinutes(1), DedupeSize = 3 });
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"do","id":"a"}""");
        bench.Advance(TimeSpan.FromSeconds(59));
        bench.Ask(wire, """{"type":"do","id":"a"}""");
        _handled.ShouldBe(1);
        bench.Advance(TimeSpan.FromSeconds(1));
        bench.Ask(wire, """{"type":"do","id":"a"}""");
        _handled.ShouldBe(2);
        foreach (string id in (string[])["b", "c", "d"])
            bench.Ask(wire, $$"""{"type":"do","id":"{{id}}"}""");
        bench.Ask(wire, """{"type":"do","id":"a"}""");
        _handled.ShouldBe(6);
    }

    [Fact]
    public void Message_ThatWasAnError_IsHandledAnew()
    {
        using var bench = new Bench(rooms => rooms.On("do", context =>
        {
            if (_handled++ == 0)
                context.Refuse("not_yet");
            return default;
        }));
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"do","id":"a"}""")[0].ShouldContain("not_yet");
        bench.Ask(wire, """{"type":"do","id":"a"}""")[0].ShouldContain("ack");
        bench.Ask(wire, """{"type":"do","id":"a"}""")[0].ShouldContain("ack");
        _handled.ShouldBe(2);
    }

    [Fact]
    public void Message_ThatComesAgainWhileItIsHandled_IsAnsweredWhenItIsDone()
    {
        var gate = new TaskCompletionSource();
        using var bench = new Bench(rooms => rooms.On("do", async _ =>
        {
            _handled++;
            await gate.Task;
        }));
        var first = bench.Open("ada");
        bench.Send(first, """{"type":"do","id":"a"}""");
        first.End();
        var second = bench.Open("ada");
        bench.Ask(second, """{"type":"do","id":"a"}""").ShouldBeEmpty();
        gate.SetResult();
        bench.Run();
        second.Texts().ShouldHaveSingleItem().ShouldContain("ack");
        _handled.ShouldBe(1);
    }

    [Fact]
    public void Publication_ByAClient_HappensOnceOnWhicheverNode()
    {
        using var memory = new MemoryBackplane();
        var rooms = (RoomsBuilder r) => { r.Map("r", new RoomOptions { HistorySize = 10, ClientPublish = true }); };
        using var one = new Bench(rooms, backplane: memory);
        using var other = new Bench(rooms, backplane: memory, beside: one);
        var first = one.Ask(one.OpenIn("r", "ada"), """{"type":"said","id":"m","room":"r","payload":1}""");
        first.Count.ShouldBe(2);
        other.Ask(other.OpenIn("r", "ada"), """{"type":"said","id":"m","room":"r","payload":1}""").ShouldBe([first[1]]);
    }

    private Bench Counting(RoomsOptions? options = null) => new(
        rooms => rooms.On("do", _ =>
        {
            _handled++;
            return default;
        }),
        options);
}
