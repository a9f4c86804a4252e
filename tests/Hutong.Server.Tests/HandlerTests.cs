using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests;

public class HandlerTests
{
    const string Category = "Hutong.Server";
    const string Secret = "the-secret-of-the-exception";

    [Fact]
    public async Task Return_OfAHandlerThatReads_ClosesWith1000()
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
            {
                await ws.SendAsync(m);
                break;
            }
        }));
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("only one");
        await peer.ExpectCloseAsync(1000, "");
        await peer.AnswerCloseAsync(1000);
    }

    [Fact]
    public async Task Return_OfAHandlerWithAValueTask_ClosesWith1000()
    {
        static async ValueTask Read(WebSocketConnection ws)
        {
            await foreach (var m in ws.ReadAllAsync())
                return;
        }

        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", Read));
        await using var peer = await app.OpenAsync();
        await peer.SendTextAsync("go");
        await peer.ExpectCloseAsync(1000);
        await peer.AnswerCloseAsync(1000);
    }

    [Fact]
    public async Task Return_OfAHandlerThatSetsACallback_LeavesTheConnection()
    {
        var returned = new TaskCompletionSource();
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", ws =>
        {
            ws.OnMessage = (c, m) => c.TrySend(m);
            returned.SetResult();
            return Task.CompletedTask;
        }));
        await using var peer = await app.OpenAsync();
        await returned.Task.Soon();
        for (int i = 0; i < 3; i++)
            await peer.EchoAsync($"echo {i}");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Return_OfAHandlerThatOnlyGreets_LeavesTheConnectionAndDropsWhatComes()
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws => await ws.SendAsync("welcome")));
        await using var peer = await app.OpenAsync();
        await peer.ExpectTextAsync("welcome");
        await peer.SendFrameAsync(2, new byte[700_000]);
        await peer.SendFrameAsync(2, new byte[700_000]);
        await peer.SendFrameAsync(9, "alive?"u8.ToArray());
        await peer.ExpectFrameAsync(10, "alive?"u8.ToArray());
        await peer.CloseAsync();
    }

    [Theory]
    [InlineData("at once")]
    [InlineData("after a message")]
    [InlineData("in OnMessage")]
    [InlineData("before anything is awaited")]
    public async Task Exception_OfAHandler_ClosesWith1011AndIsLoggedOnce(string when)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", when switch
        {
            "at once" => async ws =>
            {
                await Task.Yield();
                throw new InvalidOperationException(Secret);
            },
            "after a message" => async ws =>
            {
                await foreach (var m in ws.ReadAllAsync())
                    throw new InvalidOperationException(Secret);
            },
            "in OnMessage" => ws =>
            {
                ws.OnMessage = (_, _) => throw new InvalidOperationException(Secret);
                return Task.CompletedTask;
            },
            _ => (Func<WebSocketConnection, Task>)(ws => throw new InvalidOperationException(Secret)),
        }));
        await using var peer = await app.OpenAsync();
        if (when is "after a message" or "in OnMessage")
            await peer.SendTextAsync("go");

        var close = await peer.ExpectCloseAsync(1011);
        close.Payload.Length.ShouldBe(2);
        await peer.AnswerCloseAsync(1011);
        await app.StopAsync();
        var line = app.Logs.Of(LogLevel.Error, Category).ShouldHaveSingleItem();
        line.Exception.ShouldBeOfType<InvalidOperationException>().Message.ShouldBe(Secret);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exception_AfterThePeerLeft_IsLoggedOnce(bool clean)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
                await ws.SendAsync(m);
            await ws.Closed;
            throw new InvalidOperationException(Secret);
        }));
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("hello");
        if (clean)
            await peer.CloseAsync();
        else
            peer.Reset();

        await app.Logs.Lines.WaitForAsync(l => l.Message.StartsWith("WebSocket ", StringComparison.Ordinal) && l.Message.Contains("closed with"), "the closing line");
        app.Logs.Of(LogLevel.Error, Category).ShouldHaveSingleItem().Exception.ShouldBeOfType<InvalidOperationException>();
    }

    [Theory]
    [InlineData("send after the peer closed")]
    [InlineData("send after the peer vanished")]
    [InlineData("cancelled when it closed")]
    public async Task Exception_ThatOnlySaysTheConnectionIsOver_IsNoError(string which)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws =>
        {
            await ws.SendAsync("open");
            await ws.Closed;
            if (which == "cancelled when it closed")
                throw new OperationCanceledException();
            await ws.SendAsync("too late");
        }));
        await using var peer = await app.OpenAsync();
        await peer.ExpectTextAsync("open");
        if (which == "send after the peer vanished")
            peer.Reset();
        else
            await peer.CloseAsync();

        await app.Logs.Lines.WaitForAsync(l => l.Message.Contains("closed with"), "the closing line");
        app.Logs.Lines.Items.Where(l => l.Level >= LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    public async Task Exception_OfAnotherConnection_IsAnError()
    {
        // A handler that fails because some other connection is closed has failed: its own is open.
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws", ws => throw new ConnectionClosedException(CloseCode.Normal, "", null)));
        await using var peer = await app.OpenAsync();
        await peer.ExpectCloseAsync(1011);
        await peer.AnswerCloseAsync(1011);
        await app.StopAsync();
        app.Logs.Of(LogLevel.Error, Category).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Handler_ThatReplacesReadingByACallback_LeavesTheConnection()
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
                break;
            ws.OnMessage = (c, m) => c.TrySend(m);
        }));
        await using var peer = await app.OpenAsync();
        await peer.SendTextAsync("token");
        await peer.SendTextAsync("at once");
        await peer.ExpectTextAsync("at once");
        await peer.EchoAsync("later");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Upgrade_BeyondKestrelsOwnLimit_Is503()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket("/ws", Handlers.Echo),
            b => b.WebHost.ConfigureKestrel(k => k.Limits.MaxConcurrentUpgradedConnections = 1));
        await using var first = await app.OpenAsync();
        var answer = await app.AskAsync(Head.Of());
        answer.Status.ShouldBe(503);
        answer.Code.ShouldBe("too_many_connections");
        answer["Retry-After"].ShouldBe("5");
        answer["Sec-WebSocket-Accept"].ShouldBeNull();
        answer["Upgrade"].ShouldBeNull();
        await first.CloseAsync();
    }
}
