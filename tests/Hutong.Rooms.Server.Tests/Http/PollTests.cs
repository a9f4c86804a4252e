using System.Net;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Http;

/// <summary>Long polling: nothing is lost with an answer that is.</summary>
public class PollTests
{
    [Fact]
    public async Task Poll_TheFirst_IsAnsweredAtOnceWithTheTokenAndWhatJoiningBrought()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        var messages = await poller.BeginAsync();
        messages.Single().GetProperty("room").GetString().ShouldBe("chat:1");
        await app.PublishAsync([1, 2]);
        (await poller.PollNumbersAsync(2)).ShouldBe([1, 2]);
        var parked = poller.PollAsync();
        await app.PublishAsync(3);
        (await parked).Single().Payload().GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task Poll_WhoseAnswerWasLost_IsAnsweredAgain()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        await app.PublishAsync([1, 2]);
        long before = poller.Ack;
        await poller.PollNumbersAsync(2);
        poller.Ack = before;
        await app.PublishAsync(3);
        (await poller.PollNumbersAsync(3)).ShouldBe([1, 2, 3]);
        poller.Ack.ShouldBe(before + 3);
    }

    [Fact]
    public async Task Poll_ThatIsCutOff_LosesNothing()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        using (var cut = new CancellationTokenSource())
        {
            var parked = app.Client.SendAsync(app.Request(HttpMethod.Get, "/poll", ("Hutong-Session", poller.Token), ("Hutong-Ack", poller.Ack.ToString())), cut.Token);
            await cut.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(parked);
        }

        await app.PublishAsync([1, 2]);
        (await poller.PollNumbersAsync(2)).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Poll_WhileAnotherWaits_TakesItsPlace()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        var first = poller.AskAsync();
        var second = poller.AskAsync();
        // Whichever came first is told so, whatever the order of arrival was.
        var early = await Task.WhenAny(first, second).Soon();
        await early.ShouldBeProblemAsync(HttpStatusCode.Conflict, "replaced");
        await app.PublishAsync(1);
        using var answer = await (early == first ? second : first).Soon();
        (await answer.JsonAsync())[0].Payload().GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Poll_WithNothingToSay_EndsEmptyInTime()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        var poll = poller.PollAsync("?wait=7.5");
        await Patience.UntilAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromSeconds(0.1));
                return poll.IsCompleted;
            },
            "the end of the poll");
        (await poll).ShouldBeEmpty();
        (await poller.PollAsync("?wait=0")).ShouldBeEmpty();
        await poller.AskAsync("?wait=soon").ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task Poll_AcknowledgingWhatItCannotHave_IsToldThatTheSessionIsLost()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        poller.Ack = 1000;
        await poller.AskAsync().ShouldBeProblemAsync(HttpStatusCode.Gone, "session_lost");
        await poller.AskAsync().ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_session");
        app.Graph.SessionCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("")]
    public async Task Poll_WithAnAckThatIsNoNumber_Is400(string ack)
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        await app.AskAsync(HttpMethod.Get, "/poll", body: null, ("Hutong-Session", poller.Token), ("Hutong-Ack", ack == "" ? " " : ack))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_ack");
    }

    [Fact]
    public async Task Poll_OfMuch_ComesInPartsThatAreKept()
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Http = new() { ReplayBytes = 500, ReplayMessages = 4 } });
        var poller = new Poller(app);
        await poller.BeginAsync();
        await app.PublishAsync(Enumerable.Range(1, 30));
        var numbers = new List<int>();
        while (numbers.Count < 30)
        {
            // Each answer is lost once.
            long before = poller.Ack;
            int lost = (await poller.PollAsync()).Count;
            lost.ShouldBeInRange(1, 4);
            poller.Ack = before;
            numbers.AddRange((await poller.PollAsync()).Select(m => m.Payload().GetInt32()));
        }

        numbers.ShouldBe(Enumerable.Range(1, 30));
    }

    [Fact]
    public async Task Poll_ThatDoesNotComeBack_FillsTheOutboxAndIsEnded()
    {
        await using var app = await RoomsApp.StartAsync(
            r => r.Map("loud", new RoomOptions { WhenBehind = WhenBehind.Disconnect }),
            new() { Http = new() { OutboxMessages = 5 } });
        var poller = new Poller(app);
        await poller.BeginAsync("?room=loud");
        await app.PublishAsync(Enumerable.Range(1, 20), "loud");
        await Patience.UntilAsync(() => app.Graph.SessionCount == 0, "the end of the session");
        var messages = await poller.PollAsync();
        messages[^1].Type().ShouldBe("close");
        messages[^1].Payload().GetProperty("code").GetInt32().ShouldBe(3008);
        messages[..^1].Select(m => m.Payload().GetInt32()).ShouldBe(Enumerable.Range(1, messages.Count - 1));
        await poller.AskAsync().ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_session");
    }

    [Fact]
    public async Task Poll_OfARoomOfLatestValues_GetsTheNewestOfEachKey()
    {
        await using var app = await RoomsApp.StartAsync(r => r.Map("prices", new RoomOptions { Delivery = Delivery.Latest, BehindBytes = 300 }));
        var poller = new Poller(app);
        await poller.BeginAsync("?room=prices");
        for (int i = 1; i <= 100; i++)
            await app.Rooms.PublishAsync("prices", new PublishRequest("n", Payload.From(i)) { Key = i % 2 == 0 ? "even" : "odd" });
        var numbers = new List<int>();
        while (!numbers.Contains(99) || !numbers.Contains(100))
            numbers.AddRange((await poller.PollAsync()).Where(m => m.Type() == "n").Select(m => m.Payload().GetInt32()));
        numbers.Count.ShouldBeLessThan(50);
        numbers.ShouldBeInOrder();
    }

    [Fact]
    public async Task Send_ManyAtOnce_AreAllHandled()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        var sending = new List<Task<HttpStatusCode>>();
        for (int i = 1; i <= 20; i++)
            sending.Add(app.SendAsync(poller.Token, $$"""{"type":"n","room":"chat:1","payload":{{i}}}"""));
        (await Task.WhenAll(sending)).ShouldAllBe(s => s == HttpStatusCode.Accepted);
        (await poller.PollNumbersAsync(20)).Order().ShouldBe(Enumerable.Range(1, 20));
    }
}
