using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.SocketIO.Tests.Engine;

/// <summary>In virtual time: a ping 300 ms after the last pong, and the end 200 ms later.</summary>
public class EngineHeartbeatTests
{
    private static readonly EngineOptions Quick = new() { PingInterval = TimeSpan.FromMilliseconds(300), PingTimeout = TimeSpan.FromMilliseconds(200) };
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Polling_PingIsAnswered_AndComesAgain()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        string sid = await app.OpenAsync();
        for (int i = 0; i < 3; i++)
        {
            var poll = await app.ParkAsync(sid);
            app.Time.Advance(Quick.PingInterval - Instant);
            poll.IsCompleted.ShouldBeFalse();
            app.Time.Advance(Instant);
            (await poll.Soon()).ShouldBe("2");
            app.Time.Advance(Quick.PingTimeout - Instant);
            await app.PostAsync(sid, "3");
        }

        app.Events.Items.ShouldBe(["open"]);
    }

    [Fact]
    public async Task Polling_NoPong_EndsTheSession()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        string sid = await app.OpenAsync();
        app.Time.Advance(Quick.PingInterval);
        (await app.PollAsync(sid)).ShouldBe("2");
        // Anything but a pong is none.
        await app.PostAsync(sid, "4hello");
        (await app.PollAsync(sid)).ShouldBe("4hello");
        var poll = await app.ParkAsync(sid);

        app.Time.Advance(Quick.PingTimeout - Instant);
        app.Server.Count.ShouldBe(1);
        app.Time.Advance(Instant);

        (await poll.Soon()).ShouldBe("1");
        await app.ClosesAsync("ping timeout");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Polling_NobodyPolls_EndsTheSession()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        string sid = await app.OpenAsync();

        app.Time.Advance(Quick.PingInterval + Quick.PingTimeout);

        await app.ClosesAsync("ping timeout");
        await app.RefusesPollAsync(sid);
    }

    [Fact]
    public async Task Polling_WithATimerThatIsLate_TheEndIsSeenByTheNextRequest()
    {
        var time = new LateTimeProvider();
        await using var app = await TestApp.StartAsync(a => a.MapEngineIO("/e", engine => engine.OnConnection(_ => { }), Quick with { TimeProvider = time }));
        string body = (await app.AskAsync("GET /e?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).Body;
        string request = $"GET /e?EIO=4&transport=polling&sid={body[9..29]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

        time.Advance(Quick.PingInterval + Instant);
        (await app.AskAsync(request)).Body.ShouldBe("2");
        time.Advance(Quick.PingTimeout - Instant - Instant);
        time.Advance(Instant);

        (await app.AskAsync(request)).Body.ShouldContain("Session ID unknown");
    }

    [Fact]
    public async Task WebSocket_PingIsAnswered_AndComesAgain()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        await using var peer = await app.OpenWebSocketAsync();
        await Patience.UntilAsync(() => app.Time.ActiveTimers > 0, "the heartbeat");
        for (int i = 0; i < 3; i++)
        {
            app.Time.Advance(Quick.PingInterval);
            await peer.ExpectTextAsync("2");
            app.Time.Advance(Quick.PingTimeout - Instant);
            await peer.SendTextAsync("3");
            // The pong has been taken when what follows it has.
            await peer.EchoAsync($"4{i}");
        }
    }

    [Fact]
    public async Task WebSocket_NoPong_EndsTheSession()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        await using var peer = await app.OpenWebSocketAsync();
        await Patience.UntilAsync(() => app.Time.ActiveTimers > 0, "the heartbeat");
        app.Time.Advance(Quick.PingInterval);
        await peer.ExpectTextAsync("2");
        await peer.EchoAsync("4hello");

        app.Time.Advance(Quick.PingTimeout);

        await peer.ExpectCloseAsync(1000);
        await app.ClosesAsync("ping timeout");
    }

    [Fact]
    public async Task Pong_BehindAMessageThatIsBeingHandled_IsWaitedFor()
    {
        var gate = new TaskCompletionSource();
        await using var app = await EngineApp.StartAsync(Quick, s => s.OnMessage = async (_, _) => await gate.Task);
        await using var peer = await app.OpenWebSocketAsync();
        await Patience.UntilAsync(() => app.Time.ActiveTimers > 0, "the heartbeat");
        await peer.SendTextAsync("4slow");
        await app.Events.WaitForAsync(e => e == "text slow", "the message");
        app.Time.Advance(Quick.PingInterval);
        await peer.ExpectTextAsync("2");
        await peer.SendTextAsync("3");

        app.Time.Advance(Quick.PingTimeout * 5);
        app.Server.Count.ShouldBe(1);
        gate.SetResult();
        await peer.SendTextAsync("4next");
        await app.Events.WaitForAsync(e => e == "text next", "the next message");
        app.Time.Advance(Quick.PingInterval - Instant);
        app.Server.Count.ShouldBe(1);
        app.Time.Advance(Instant);
        await peer.ExpectTextAsync("2");
    }

    [Fact]
    public async Task WebSocket_GoneUnderAMessageThatIsBeingHandled_EndsAllTheSame()
    {
        var gate = new TaskCompletionSource();
        await using var app = await EngineApp.StartAsync(Quick, s => s.OnMessage = async (_, _) => await gate.Task);
        var peer = await app.OpenWebSocketAsync();
        await Patience.UntilAsync(() => app.Time.ActiveTimers > 0, "the heartbeat");
        await peer.SendTextAsync("4slow");
        await peer.SendTextAsync("4never");
        await app.Events.WaitForAsync(e => e == "text slow", "the message");
        await peer.DisposeAsync();
        await Patience.UntilAsync(() => !app.Sockets.Items[0].IsOpen, "the end of the connection");

        app.Time.Advance(Quick.PingInterval);

        await app.ClosesAsync("transport close");
        gate.SetResult();
    }

    [Fact]
    public async Task Upgraded_ThePingMovesToo()
    {
        await using var app = await EngineApp.StartAsync(Quick);
        string sid = await app.OpenAsync();
        app.Time.Advance(Quick.PingInterval);
        (await app.PollAsync(sid)).ShouldBe("2");
        await using var peer = await app.UpgradeAsync(sid);

        // The ping that came by a poll is answered over the WebSocket.
        await peer.SendTextAsync("3");
        await peer.EchoAsync("4a");
        app.Time.Advance(Quick.PingInterval);
        await peer.ExpectTextAsync("2");
        app.Time.Advance(Quick.PingTimeout);

        await peer.ExpectCloseAsync(1000);
        await app.ClosesAsync("ping timeout");
    }

    /// <summary>A clock whose timers never come.</summary>
    private sealed class LateTimeProvider : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, by.Ticks);

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
