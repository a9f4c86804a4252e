using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>Joining, and recovering what was missed.</summary>
public class JoinTests
{
    private static readonly Action<RoomsBuilder> Kept = rooms => rooms.Map("r*", new RoomOptions { HistorySize = 5 }).Map("plain", new RoomOptions());

    [Fact]
    public void Join_OfARoomWithHistory_AnswersWithItsPosition()
    {
        using var bench = new Bench(Kept);
        var position = bench.Publish("r", "said", "1")!.Value;
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"join","id":"a","room":"r"}""").ShouldBe([$$"""{"type":"ack","id":"a","room":"r","epoch":"{{position.Epoch}}","offset":1}"""]);
        bench.Publish("r", "said", "2");
        wire.Texts().ShouldHaveSingleItem().ShouldContain("\"offset\":2");
    }

    [Fact]
    public void Join_OfARoomWithoutHistory_HasNoPosition()
    {
        using var bench = new Bench(Kept);
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"join","id":7,"room":"plain","since":{"epoch":"x","offset":3}}""").ShouldBe(
            ["""{"type":"ack","id":7,"room":"plain","payload":{"recovered":false,"missed":[]}}"""]);
        bench.Publish("plain", "said").ShouldBeNull();
        wire.Texts().ShouldHaveSingleItem().ShouldNotContain("offset");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void Join_WithSince_GivesExactlyWhatWasMissed(int known)
    {
        using var bench = new Bench(Kept);
        string epoch = "";
        for (int i = 1; i <= 4; i++)
            epoch = bench.Publish("r", "said", $"{i}")!.Value.Epoch;
        var answer = bench.Ask(bench.Open(), Since("r", epoch, known)).ShouldHaveSingleItem();
        Answer.Of(answer).Recovered.ShouldBe(true);
        Answer.Of(answer).Position.ShouldBe(new StreamPosition(epoch, 4));
        Answer.Of(answer).Missed.ShouldBe(Enumerable.Range(known + 1, 4 - known).Select(i => (long)i));
    }

    [Fact]
    public void Join_WithSinceOfAnotherEpoch_GivesNothing()
    {
        using var bench = new Bench(Kept);
        bench.Publish("r", "said", "1");
        var answer = Answer.Of(bench.Ask(bench.Open(), Since("r", "other", 1)).ShouldHaveSingleItem());
        answer.Recovered.ShouldBe(false);
        answer.Missed.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void Join_WithSinceBeforeTheHistory_GivesAllOrNothing(int known, bool recovers)
    {
        using var bench = new Bench(Kept);
        string epoch = "";
        for (int i = 1; i <= 6; i++)
            epoch = bench.Publish("r", "said", $"{i}")!.Value.Epoch;
        var answer = Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, known)).ShouldHaveSingleItem());
        answer.Recovered.ShouldBe(recovers);
        answer.Missed.Count.ShouldBe(recovers ? 5 : 0);
        answer.Position!.Value.Offset.ShouldBe(6);
    }

    [Fact]
    public void Join_WithSinceOlderThanTheHistorysAge_GivesNothing()
    {
        using var bench = new Bench(rooms => rooms.Map("r", new RoomOptions { HistorySize = 5, HistoryAge = TimeSpan.FromMinutes(1) }));
        bench.OpenIn("r");
        string epoch = bench.Publish("r", "said", "1")!.Value.Epoch;
        bench.Advance(TimeSpan.FromSeconds(61));
        Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, 0))[0]).Recovered.ShouldBe(false);
        Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, 1))[0]).Recovered.ShouldBe(true);
    }

    [Fact]
    public void Join_WithMoreMissedThanTheLimit_GivesNothing()
    {
        using var bench = new Bench(Kept, new RoomsOptions { RecoveryLimit = 2 });
        string epoch = "";
        for (int i = 1; i <= 3; i++)
            epoch = bench.Publish("r", "said", $"{i}")!.Value.Epoch;
        Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, 0))[0]).Recovered.ShouldBe(false);
        Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, 1))[0]).Missed.ShouldBe([2, 3]);
    }

    [Fact]
    public void Join_WithSinceInTheFuture_GivesNothing()
    {
        using var bench = new Bench(Kept);
        string epoch = bench.Publish("r", "said", "1")!.Value.Epoch;
        var answer = Answer.Of(bench.Ask(bench.Open(), Since("r", epoch, 9)).ShouldHaveSingleItem());
        answer.Recovered.ShouldBe(false);
        answer.Position!.Value.Offset.ShouldBe(1);
    }

    [Fact]
    public void Join_PublicationsWhileHistoryIsRead_AreNeitherLostNorDoubled()
    {
        using var memory = new MemoryBackplane();
        var slow = new HeldBackplane(memory);
        using var bench = new Bench(Kept, backplane: slow);
        string epoch = bench.Publish("r", "said", "1")!.Value.Epoch;
        bench.OpenIn("r");
        bench.Publish("r", "said", "2");
        slow.HoldsReads = true;
        var wire = bench.Open();
        bench.Ask(wire, Since("r", epoch, 0)).ShouldBeEmpty();
        // One that the answer has read, and one that comes after what it has read.
        bench.Publish("r", "said", "3");
        slow.ReadNow();
        bench.Publish("r", "said", "4");
        wire.Texts().ShouldBeEmpty();
        slow.Release();
        bench.Publish("r", "said", "5");
        var texts = wire.Texts();
        Answer.Of(texts[0]).Missed.ShouldBe([1, 2, 3, 4]);
        texts[1].ShouldContain("\"offset\":5");
        texts.Count.ShouldBe(2);
    }

    [Fact]
    public void Join_WhenTheBackplaneFails_IsAnErrorAndTheNextOneWorks()
    {
        using var memory = new MemoryBackplane();
        var slow = new HeldBackplane(memory) { Fails = true };
        using var bench = new Bench(Kept, backplane: slow);
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"join","id":"a","room":"r"}""").ShouldHaveSingleItem().ShouldContain("\"code\":\"internal\"");
        bench.Graph.RoomCount.ShouldBe(0);
        slow.Fails = false;
        bench.Ask(wire, """{"type":"join","id":"b","room":"r"}""").ShouldHaveSingleItem().ShouldContain("\"type\":\"ack\"");
        bench.Logs.Errors.ShouldNotBeEmpty();
        bench.Logs.Clear();
    }

    [Fact]
    public void Join_Again_RecoversOnTheSameSession()
    {
        using var bench = new Bench(Kept);
        var wire = bench.OpenIn("r");
        string epoch = bench.Publish("r", "said", "1")!.Value.Epoch;
        bench.Publish("r", "said", "2");
        wire.Texts();
        Answer.Of(bench.Ask(wire, Since("r", epoch, 1)).ShouldHaveSingleItem()).Missed.ShouldBe([2]);
        wire.Session!.Rooms.ShouldBe(["r"]);
        bench.Publish("r", "said", "3");
        wire.Texts().Count.ShouldBe(1);
    }

    [Fact]
    public void Leave_Answered_NothingOfTheRoomComesAfter()
    {
        using var bench = new Bench(Kept);
        var wire = bench.OpenIn("r");
        bench.Ask(wire, """{"type":"leave","id":"l","room":"r"}""").ShouldBe(["""{"type":"ack","id":"l","room":"r"}"""]);
        bench.Publish("r", "said", "1");
        wire.Texts().ShouldBeEmpty();
        bench.Graph.RoomCount.ShouldBe(0);
        bench.Ask(wire, """{"type":"leave","id":"l","room":"r"}""").ShouldHaveSingleItem().ShouldContain("not_joined");
    }

    [Theory]
    [InlineData("""{"type":"join","id":"a"}""", "room_missing")]
    [InlineData("""{"type":"join","id":"a","room":"nowhere"}""", "unknown_room")]
    [InlineData("""{"type":"leave","id":"a","room":"nowhere"}""", "not_joined")]
    [InlineData("""{"type":"presence","id":"a","room":"r"}""", "not_joined")]
    [InlineData("""{"type":"history","id":"a"}""", "room_missing")]
    [InlineData("""{"type":"position","id":"a","room":"r"}""", "not_joined")]
    [InlineData("""{"type":"said","id":"a","room":"r"}""", "not_joined")]
    [InlineData("""{"type":"said","id":"a","room":"nowhere"}""", "unknown_room")]
    [InlineData("""{"type":"said","id":"a"}""", "unknown_type")]
    [InlineData("""{"type":"welcome","id":"a"}""", "unknown_type")]
    [InlineData("""{"type":"auth","id":"a","token":"x"}""", "unknown_type")]
    [InlineData("""{"id":"a"}""", "type_missing")]
    public void Receive_OfWhatIsWrong_AnswersWithACodeAndLives(string message, string code)
    {
        using var bench = new Bench(Kept);
        var wire = bench.Open();
        var answer = bench.Ask(wire, message).ShouldHaveSingleItem();
        answer.ShouldContain($"\"code\":\"{code}\"");
        answer.ShouldContain("\"id\":\"a\"");
        bench.Ask(wire, """{"type":"ping","id":1}""").ShouldHaveSingleItem().ShouldContain("\"type\":\"pong\"");
    }

    private static string Since(string room, string epoch, int offset) =>
        "{\"type\":\"join\",\"id\":\"s\",\"room\":\"" + room + "\",\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":" + offset + "}}";
}
