using Hutong.Connections;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests;

public class ShutdownTests
{
    [Fact]
    public async Task StopAsync_OpenConnections_AreClosedWith1001AndTheirHandlersEnd()
    {
        const int Count = 20;
        int ended = 0;
        var app = await TestApp.StartAsync(a =>
        {
            a.MapWebSocket("/ws", async ws =>
            {
                await Handlers.EchoAsync(ws);
                Interlocked.Increment(ref ended);
            });
            a.MapWebSocket("/callback", Handlers.Echo);
        });
        var peers = new List<WirePeer>();
        for (int i = 0; i < Count; i++)
        {
            peers.Add(await app.OpenAsync(i % 2 == 0 ? "/ws" : "/callback"));
            await peers[i].EchoAsync("in");
        }

        var stopping = app.StopAsync();
        foreach (var peer in peers)
        {
            (await peer.ExpectCloseAsync(1001)).CloseReason.ShouldNotBeEmpty();
            await peer.AnswerCloseAsync(1001);
            await peer.DisposeAsync();
        }

        await stopping.Soon();
        ended.ShouldBe(Count / 2);
        app.Logs.Lines.Items.Where(l => l.Category == "Hutong.Server" && l.Level == LogLevel.Information).ShouldHaveSingleItem()
            .Message.ShouldContain("20 WebSockets");
        await app.DisposeAsync();
    }

    [Fact]
    public async Task StopAsync_ClientThatNeverAnswers_IsCutAfterTheCloseTimeout()
    {
        var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws",
            Handlers.Echo,
            new WebSocketEndpointOptions { Connection = new ConnectionOptions { CloseTimeout = TimeSpan.FromMilliseconds(100) } }));
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("in");
        // The host's own timeout is as long as the test's patience: it is not that which ends this.
        await app.StopAsync();
        await peer.ExpectCloseAsync(1001);
        await peer.ExpectGoneAsync();
        app.Logs.Lines.Items.ShouldContain(l => l.Message.Contains("close_timeout"));
        await app.DisposeAsync();
    }

    [Fact]
    public async Task StopAsync_HandshakeMeanwhile_IsRefused()
    {
        await using var app = await TestApp.StartAsync(a =>
        {
            a.MapWebSocket("/ws", Handlers.Echo);
        });
        await using var holding = await app.OpenAsync();
        // A connection that was there before: the listening socket itself is closed first.
        await using var late = await app.ConnectAsync();
        (await late.AskAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).Status.ShouldBe(404);
        var stopping = app.StopAsync();
        await holding.ExpectCloseAsync(1001);
        try
        {
            (await late.AskAsync(Head.Of())).Status.ShouldBe(503);
        }
        catch (Exception e) when (e is IOException or Hutong.Testing.PeerExpectationException)
        {
            // The server had closed the idle connection already.
        }

        await holding.AnswerCloseAsync(1001);
        await stopping.Soon();
    }

    [Fact]
    public async Task StopAsync_HandlerThatBeginsMeanwhile_IsClosedToo()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws =>
        {
            entered.SetResult();
            await go.Task;
            await Handlers.EchoAsync(ws);
        }));
        await using var peer = await app.OpenAsync();
        await entered.Task.Soon();
        var stopping = app.StopAsync();
        await peer.ExpectCloseAsync(1001);
        go.SetResult();
        await peer.AnswerCloseAsync(1001);
        await stopping.Soon();
        app.Logs.Lines.Items.Where(l => l.Level >= LogLevel.Warning).ShouldBeEmpty();
    }
}
