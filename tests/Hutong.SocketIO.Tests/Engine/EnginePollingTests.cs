using System.Net;
using System.Text;
using Hutong.Server.Tests.Support;

namespace Hutong.SocketIO.Tests.Engine;

public class EnginePollingTests
{
    [Theory]
    [InlineData("4hello")]
    [InlineData("4test1\u001e4test2\u001e4test3")]
    [InlineData("4hello\u001ebAQIDBA==")]
    [InlineData("4")]
    [InlineData("4€😀")]
    public async Task Post_Messages_ComeBackByThePoll(string payload)
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        using (var response = await app.AskAsync(HttpMethod.Post, EngineApp.Polling(sid), payload))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadAsStringAsync()).ShouldBe("ok");
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        }

        using var poll = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(sid));
        (await poll.Content.ReadAsStringAsync()).ShouldBe(payload);
        poll.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=UTF-8");
        poll.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Poll_WithNothingToSay_WaitsForIt()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);

        app.Sockets.Items[0].TrySend(EngineMessage.Text("late")).ShouldBeTrue();

        (await poll.Soon()).ShouldBe("4late");
    }

    [Theory]
    [InlineData("abc", "unknown_packet_type")]
    [InlineData("", "empty_packet")]
    [InlineData("4a\u001e", "empty_packet")]
    [InlineData("b!", "invalid_base64")]
    public async Task Post_NoPayload_ClosesTheSession(string payload, string why)
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 3, "Bad request", payload);

        await app.ClosesAsync("parse error");
        await app.RefusesPollAsync(sid);
        app.App.Logs.Lines.Items.ShouldContain(l => l.Category == "Hutong.SocketIO" && l.Message.Contains(why));
    }

    [Fact]
    public async Task Post_WhatIsValidBeforeAnError_IsDelivered()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 3, "Bad request", "4a\u001e4b\u001ex");

        await app.ClosesAsync("parse error");
        app.Events.Items.ShouldBe(["open", "text a", "text b", "close parse error"]);
    }

    [Fact]
    public async Task Poll_WhileAnotherWaits_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var first = await app.ParkAsync(sid);

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(sid), 3, "Bad request");

        (await first.Soon()).ShouldBe("1");
        await app.ClosesAsync("transport error");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Post_WhileAnotherIsUnderWay_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);
        await using var slow = await app.App.ConnectAsync();
        await slow.SendAsync(Encoding.ASCII.GetBytes($"POST /engine.io/{EngineApp.Polling(sid)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n4a"));
        await Patience.UntilAsync(() => app.Sockets.Items[0].IsPosting, "the first POST");

        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 3, "Bad request", "4b");

        (await poll.Soon()).ShouldBe("1");
        await app.ClosesAsync("transport error");
        await slow.SendAsync("xyz"u8.ToArray());
        (await slow.ReadAnswerAsync()).Status.ShouldBe(400);
        app.Events.Items.ShouldBe(["open", "close transport error"]);
    }

    [Fact]
    public async Task Post_OfAClose_AnswersThePollWithANoop()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);

        await app.PostAsync(sid, "1");

        (await poll.Soon()).ShouldBe("6");
        await app.ClosesAsync("transport close");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Poll_OvertakenByTheCloseThatFollowedIt_IsAnsweredWithANoop()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var close = app.PostAsync(sid, "1");
        await Patience.UntilAsync(() => app.Sockets.Items[0].IsPosting, "the POST");

        (await app.PollAsync(sid)).ShouldBe("6");

        await close.Soon();
        await app.ClosesAsync("transport close");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Post_BehindAClose_IsNotDelivered()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        await app.PostCloseAsync(sid, "4a\u001e1\u001e4b");

        await app.ClosesAsync("transport close");
        app.Events.Items.ShouldBe(["open", "text a", "close transport close"]);
    }

    [Fact]
    public async Task Post_OfAPing_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        using var response = await app.AskAsync(HttpMethod.Post, EngineApp.Polling(sid), "2");

        await app.ClosesAsync("transport error");
    }

    [Fact]
    public async Task Post_PacketsThatSayNothing_ArePassedOver()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();

        await app.PostAsync(sid, "6\u001e5\u001e0{}\u001e3\u001e4a");

        (await app.PollAsync(sid)).ShouldBe("4a");
    }

    [Fact]
    public async Task Poll_ThatIsAborted_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var peer = await app.App.ConnectAsync();
        await peer.SendAsync(Encoding.ASCII.GetBytes($"GET /engine.io/{EngineApp.Polling(sid)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"));
        await Patience.UntilAsync(() => app.Sockets.Items[0].IsWritable, "a waiting poll");

        peer.Reset();
        await peer.DisposeAsync();

        await app.ClosesAsync("transport error");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Post_ThatIsAborted_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);
        var peer = await app.App.ConnectAsync();
        await peer.SendAsync(Encoding.ASCII.GetBytes($"POST /engine.io/{EngineApp.Polling(sid)} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\n4a"));
        await Patience.UntilAsync(() => app.Sockets.Items[0].IsPosting, "the POST");

        peer.Reset();
        await peer.DisposeAsync();

        await app.ClosesAsync("transport error");
        (await poll.Soon()).ShouldBe("1");
        app.Events.Items.ShouldBe(["open", "close transport error"]);
    }

    [Theory]
    [InlineData("Content-Length: 101\r\n\r\n4")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n32\r\n4aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n33\r\nbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n0\r\n\r\n")]
    public async Task Post_LargerThanThePayloadMayBe_Is413(string rest)
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { MaxPayload = 100 });
        string sid = await app.OpenAsync();

        await using (var peer = await app.App.ConnectAsync())
        {
            var answer = await peer.AskAsync($"POST /engine.io/{EngineApp.Polling(sid)} HTTP/1.1\r\nHost: 127.0.0.1\r\n{rest}");
            answer.Status.ShouldBe(413);
        }

        // Nothing of it was taken, and the session goes on.
        await app.PostAsync(sid, "4" + new string('x', 99));
        (await app.PollAsync(sid)).Length.ShouldBe(100);
        app.Events.Items.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Post_OfOctets_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, app.Url + EngineApp.Polling(sid)) { Content = new ByteArrayContent([0, 1, 255, 4]) };
        request.Content.Headers.ContentType = new("application/octet-stream");

        using var response = await app.Client.SendAsync(request, Patience.Token());

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        await app.ClosesAsync("transport error");
    }

    [Fact]
    public async Task Poll_WithMoreThanOneAnswerHolds_IsGivenTheRestByTheNext()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { MaxPayload = 20 });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];
        foreach (string text in (string[])["aaaaaaaa", "bbbbbbbb", "cccccccc", new string('d', 50), "e"])
            socket.TrySend(EngineMessage.Text(text)).ShouldBeTrue();
        socket.TrySend(EngineMessage.Binary(new byte[] { 1, 2, 3, 4 })).ShouldBeTrue();

        (await app.PollAsync(sid)).ShouldBe("4aaaaaaaa\u001e4bbbbbbbb");
        (await app.PollAsync(sid)).ShouldBe("4cccccccc");
        (await app.PollAsync(sid)).ShouldBe("4" + new string('d', 50));
        (await app.PollAsync(sid)).ShouldBe("4e\u001ebAQIDBA==");
    }

    [Fact]
    public async Task Close_WithMessagesWaiting_ComesAfterThem()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];
        socket.TrySend(EngineMessage.Text("last")).ShouldBeTrue();

        socket.Close();

        socket.IsOpen.ShouldBeFalse();
        socket.TrySend(EngineMessage.Text("too late")).ShouldBeFalse();
        (await app.PollAsync(sid)).ShouldBe("4last\u001e1");
        await app.ClosesAsync("forced close");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Close_WithAPollWaiting_AnswersIt()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);

        app.Sockets.Items[0].Close();

        (await poll.Soon()).ShouldBe("1");
        await app.ClosesAsync("forced close");
    }

    [Fact]
    public async Task Close_WithNobodyToFetchIt_EndsAfterHalfAMinute()
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        app.Sockets.Items[0].Close();

        app.Time.Advance(TimeSpan.FromSeconds(29.9));
        app.Server.Count.ShouldBe(1);
        app.Time.Advance(TimeSpan.FromSeconds(0.1));

        await app.ClosesAsync("forced close");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task TrySend_BeyondTheQueueLimit_Refuses()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = 10 });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];

        socket.TrySend(EngineMessage.Text(new string('a', 50))).ShouldBeTrue("an empty queue takes any message");
        socket.TrySend(EngineMessage.Text("b")).ShouldBeFalse();
        socket.BufferedAmount.ShouldBe(51);
        bool? drained = null;
        socket.NotifyDrained(5, () => drained = true);
        drained.ShouldBeNull();
        await app.PollAsync(sid);
        drained.ShouldBe(true);

        socket.BufferedAmount.ShouldBe(0);
        socket.TrySend([EngineMessage.Text("12345"), EngineMessage.Text("12")]).ShouldBeTrue();
        socket.TrySend([EngineMessage.Text("1"), EngineMessage.Text("2")]).ShouldBeFalse("all or none");
        socket.TrySend(EngineMessage.Text("")).ShouldBeTrue();
        (await app.PollAsync(sid)).ShouldBe("412345\u001e412\u001e4");
    }

    [Fact]
    public async Task SendAsync_BeyondTheQueueLimit_WaitsForAPoll()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = 10 });
        string sid = await app.OpenAsync();
        var socket = app.Sockets.Items[0];
        (await socket.SendAsync(EngineMessage.Text("1234567"))).ShouldBeTrue();
        var waiting = socket.SendAsync(EngineMessage.Text("second")).AsTask();
        using var patience = new CancellationTokenSource();
        var cancelled = socket.SendAsync(EngineMessage.Text("third!"), patience.Token).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(cancelled);

        (await app.PollAsync(sid)).ShouldBe("41234567");

        (await waiting.Soon()).ShouldBeTrue();
        (await app.PollAsync(sid)).ShouldBe("4second");
        await socket.SendAsync(EngineMessage.Text("1234567"));
        waiting = socket.SendAsync(EngineMessage.Text("never")).AsTask();
        socket.Close(EngineCloseReason.ForcedClose);
        (await waiting.Soon()).ShouldBeFalse();
    }

    [Fact]
    public async Task Handler_ThatThrows_ClosesTheSession()
    {
        await using var app = await EngineApp.StartAsync(onConnection: s => s.OnMessage = (_, _) => throw new InvalidOperationException("broken"));
        string sid = await app.OpenAsync();

        using var response = await app.AskAsync(HttpMethod.Post, EngineApp.Polling(sid), "4a\u001e4b");

        await app.ClosesAsync("forced close");
        app.Events.Items.ShouldBe(["open", "text a", "close forced close"]);
        app.App.Logs.Lines.Items.ShouldContain(l => l.Category == "Hutong.SocketIO" && l.Exception != null && l.Exception.Message == "broken");
    }

    [Fact]
    public async Task Post_WhileTheHandlerIsBusy_IsAnsweredAfterIt()
    {
        var gate = new TaskCompletionSource();
        await using var app = await EngineApp.StartAsync(onConnection: s => s.OnMessage = async (_, _) => await gate.Task);
        string sid = await app.OpenAsync();
        var post = app.PostAsync(sid, "4a\u001e4b");
        await app.Events.WaitForAsync(e => e == "text a", "the first message");

        post.IsCompleted.ShouldBeFalse();
        app.Events.Items.Count.ShouldBe(2);
        gate.SetResult();

        await post.Soon();
        app.Events.Items.ShouldBe(["open", "text a", "text b"]);
    }
}
