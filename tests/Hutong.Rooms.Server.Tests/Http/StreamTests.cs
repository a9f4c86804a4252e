using System.Net;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Http;

/// <summary>HTTP streaming: a line of JSON for each message.</summary>
public class StreamTests
{
    [Fact]
    public async Task Stream_CutAndBackWithItsNumber_HasEachMessageOnce()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var first = await LineReading.OpenAsync(app);
        await first.WelcomeAsync();
        await app.PublishAsync([1, 2, 3]);
        (await first.ReadNumbersAsync(2)).ShouldBe([1, 2]);
        long seq = first.Seq;
        await first.DisposeAsync();
        await app.PublishAsync(4);
        await using var second = await LineReading.OpenAsync(app, "", first.Token, seq);
        (await second.ReadNumbersAsync(2)).ShouldBe([3, 4]);
        second.Seq.ShouldBe(seq + 2);
    }

    [Fact]
    public async Task Stream_WithNothingToSay_ShowsThatItLives()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var lines = await LineReading.OpenAsync(app);
        await lines.WelcomeAsync();
        app.Time.Advance(TimeSpan.FromSeconds(15));
        // Not before the heartbeat is out, or it is not sent for there is something to say.
        await Patience.UntilAsync(() => app.Graph.Sessions.Single().Lag.Messages == 0, "silence");
        var next = lines.ReadAsync();
        await Patience.UntilAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromSeconds(15));
                return lines.Heartbeats > 0;
            },
            "a heartbeat");
        await app.PublishAsync(1);
        (await next).Type().ShouldBe("n");
    }

    [Fact]
    public async Task Stream_WithAnUnknownToken_Is404()
    {
        await using var app = await RoomsApp.StartAsync();
        await app.AskAsync(HttpMethod.Get, "/stream", body: null, ("Hutong-Session", "a.b")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_session");
    }

    [Fact]
    public async Task Session_BegunOneWay_GoesOnAnother()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        await app.PublishAsync([1, 2]);
        (await poller.PollNumbersAsync(2)).ShouldBe([1, 2]);
        await app.PublishAsync(3);
        await using var lines = await LineReading.OpenAsync(app, "", poller.Token, poller.Ack);
        (await lines.ReadNumbersAsync(1)).ShouldBe([3]);
        await using var sse = await SseReading.OpenAsync(app, "", $"{poller.Token}.{lines.Seq}");
        await app.PublishAsync(4);
        (await sse.ReadNumbersAsync(1)).ShouldBe([4]);
        (await lines.TryReadAsync()).ShouldBeNull();
        app.Graph.SessionCount.ShouldBe(1);
    }

    [Fact]
    public async Task Stream_ReadSlowly_LosesNothingWithinItsBound()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var lines = await LineReading.OpenAsync(app);
        await lines.WelcomeAsync();
        string text = new('x', 2000);
        for (int i = 0; i < 300; i++)
            await app.Rooms.Room("chat:1").PublishAsync("big", text + i);
        for (int i = 0; i < 300; i++)
            (await lines.ReadAsync("big")).Payload().GetString().ShouldBe(text + i);
    }
}
