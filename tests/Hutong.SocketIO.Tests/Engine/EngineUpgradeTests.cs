using Hutong.Server.Tests.Support;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineUpgradeTests
{
    [Fact]
    public async Task Upgrade_WithTheProbe_MovesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);

        await using var peer = await app.ProbeAsync(sid);
        poll.IsCompleted.ShouldBeFalse();
        app.Time.Advance(TimeSpan.FromMilliseconds(100));
        (await poll.Soon()).ShouldBe("6");
        app.Sockets.Items[0].Transport.ShouldBe(EngineTransport.Polling);
        await peer.SendTextAsync("5");
        await peer.EchoAsync("4hello");

        app.Sockets.Items[0].Transport.ShouldBe(EngineTransport.WebSocket);
        app.Events.Items.ShouldBe(["open", "upgrade", "text hello"]);
        await peer.SendFrameAsync(2, new byte[] { 7 });
        await peer.ExpectFrameAsync(2, new byte[] { 7 });
    }

    [Fact]
    public async Task Poll_DuringTheProbe_IsLetGo()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);

        for (int i = 0; i < 3; i++)
        {
            var poll = await app.ParkAsync(sid);
            poll.IsCompleted.ShouldBeFalse();
            app.Time.Advance(TimeSpan.FromMilliseconds(100));
            (await poll.Soon()).ShouldBe("6");
        }

        // Messages go on by polls until the client has moved.
        await app.PostAsync(sid, "4still polling");
        (await app.PollAsync(sid)).ShouldBe("4still polling");
    }

    [Fact]
    public async Task Poll_ThatWaitsWhenTheClientMoves_IsRefused()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);
        var poll = app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(sid), 3, "Bad request");
        await Patience.UntilAsync(() => app.Sockets.Items[0].IsWritable, "a waiting poll");

        await peer.SendTextAsync("5");

        await poll.Soon();
        await peer.EchoAsync("4hello");
    }

    [Fact]
    public async Task Requests_AfterTheUpgrade_AreRefused()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.UpgradeAsync(sid);

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(sid), 3, "Bad request");
        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 3, "Bad request", "4a");
        await using (var second = await app.OpenWebSocketAsync(sid))
            await second.ExpectCloseAsync(1000);

        await peer.EchoAsync("4hello");
    }

    [Fact]
    public async Task WebSocket_DuringTheTrialOfAnother_IsClosedWhenThatIsDecided()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);

        await using (var second = await app.OpenWebSocketAsync(sid))
        {
            await peer.SendTextAsync("5");
            await second.ExpectCloseAsync(1000);
        }

        await peer.EchoAsync("4hello");
    }

    [Theory]
    [InlineData("2")]
    [InlineData("5")]
    [InlineData("4hello")]
    [InlineData("abc")]
    [InlineData("2probes")]
    public async Task Trial_ThatBeginsWithSomethingElse_IsOver(string first)
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using (var peer = await app.OpenWebSocketAsync(sid))
        {
            await peer.SendTextAsync(first);
            await peer.ExpectCloseAsync(1000);
        }

        await GoesOnAsync(app, sid);
    }

    [Fact]
    public async Task Trial_ThatIsGivenUp_LeavesTheSessionToItsPolls()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var peer = await app.ProbeAsync(sid);

        peer.Reset();
        await peer.DisposeAsync();

        await GoesOnAsync(app, sid);
    }

    [Fact]
    public async Task Trial_ThatTakesTooLong_IsClosed()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { UpgradeTimeout = TimeSpan.FromSeconds(3) });
        string sid = await app.OpenAsync();
        await using (var peer = await app.ProbeAsync(sid))
        {
            app.Time.Advance(TimeSpan.FromSeconds(2.9));
            await peer.SendTextAsync("2probe");
            await peer.ExpectTextAsync("3probe");

            app.Time.Advance(TimeSpan.FromSeconds(0.1));

            await peer.ExpectCloseAsync(1000);
        }

        await GoesOnAsync(app, sid);
    }

    [Fact]
    public async Task Session_ThatEndsDuringTheTrial_TakesTheWebSocketWithIt()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);

        await app.PostCloseAsync(sid);

        await peer.ExpectCloseAsync(1000);
        await app.ClosesAsync("transport close");
    }

    [Fact]
    public async Task Close_DuringTheTrial_ComesByThePoll()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);
        app.Sockets.Items[0].TrySend(EngineMessage.Text("last"));

        app.Sockets.Items[0].Close();

        (await app.PollAsync(sid)).ShouldBe("4last\u001e1");
        await app.ClosesAsync("forced close");
        await peer.ExpectCloseAsync(1000);
    }

    [Fact]
    public async Task Close_BeforeTheMove_ComesByTheWebSocket()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);
        app.Sockets.Items[0].TrySend(EngineMessage.Text("last"));
        app.Sockets.Items[0].Close();

        await peer.SendTextAsync("5");

        await peer.ExpectTextAsync("4last");
        await peer.ExpectCloseAsync(1000);
        await peer.AnswerCloseAsync(1000);
        await app.ClosesAsync("forced close");
    }

    [Fact]
    public async Task WhatWaits_GoesToTheWebSocket_BeforeAnythingElse()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = 100_000 });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];
        await using var peer = await app.ProbeAsync(sid);
        int sent = 0;
        while (socket.TrySend(EngineMessage.Text($"{sent} {new string('x', 1000)}")))
            sent++;
        var waiting = socket.SendAsync(EngineMessage.Text($"{sent} waited")).AsTask();
        bool drained = false;
        socket.NotifyDrained(0, () => Volatile.Write(ref drained, true));

        await peer.SendTextAsync("5");

        for (int i = 0; i <= sent; i++)
            (await peer.ReadFrameAsync()).Text.ShouldStartWith($"4{i} ");
        (await waiting.Soon()).ShouldBeTrue();
        await Patience.UntilAsync(() => Volatile.Read(ref drained), "the callback");
        socket.BufferedAmount.ShouldBe(0);
    }

    [Fact]
    public async Task WhatWasPosted_IsHandledBeforeWhatTheWebSocketBrings()
    {
        var gate = new TaskCompletionSource();
        await using var app = await EngineApp.StartAsync(onConnection: s => s.OnMessage = async (_, m) =>
        {
            if (m.Text == "first")
                await gate.Task;
        });
        string sid = await app.OpenAsync();
        await using var peer = await app.ProbeAsync(sid);
        var post = app.PostAsync(sid, "4first\u001e4second");
        await app.Events.WaitForAsync(e => e == "text first", "the POST");

        // A client that does not wait for its POST to end.
        await peer.SendTextAsync("5");
        await peer.SendTextAsync("4third");
        app.Events.Items.Count.ShouldBe(2);
        gate.SetResult();

        await post.Soon();
        await app.Events.WaitForAsync(e => e == "text third", "the message");
        app.Events.Items.ShouldBe(["open", "text first", "text second", "upgrade", "text third"]);
    }

    [Fact]
    public async Task Places_OfASessionThatMoved_AreGivenBackOnce()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var peer = await app.UpgradeAsync(sid);
        await peer.CloseAsync();
        await peer.DisposeAsync();
        await app.ClosesAsync("transport close");

        // A host whose places are not all given back does not stop in time.
        await app.App.StopAsync();
    }

    private static async Task GoesOnAsync(EngineApp app, string sid)
    {
        // Once the trial is over, another may begin.
        await app.PostAsync(sid, "4a");
        (await app.PollAsync(sid)).ShouldBe("4a");
        await Patience.UntilAsync(() => !app.Sockets.Items[0].IsUpgrading, "the end of the trial");
        await using var peer = await app.UpgradeAsync(sid);
        await peer.EchoAsync("4b");
        app.Events.Items.ShouldBe(["open", "text a", "upgrade", "text b"]);
    }
}
