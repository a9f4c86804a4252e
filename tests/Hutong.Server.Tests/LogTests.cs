using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests;

/// <summary>Tokens travel in queries and headers: no line that anyone keeps may show them.</summary>
public class LogTests
{
    const string Token = "tok3n-that-nobody-may-read";

    static readonly string[] Secrets =
    [
        $"Authorization: Bearer {Token}", $"Cookie: session={Token}", $"Sec-WebSocket-Protocol: bearer, {Token}", $"Referer: http://x/{Token}",
    ];

    [Fact]
    public async Task Log_OfAnApp_ShowsNoToken()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket("/ws", async ws =>
            {
                await foreach (var m in ws.ReadAllAsync())
                {
                    if (m.Text.StartsWith("fail", StringComparison.Ordinal))
                        throw new InvalidOperationException("failed");
                    await ws.SendAsync(m);
                }
            }),
            b => b.Services.AddHutong());
        await UseAsync(app.Port);
        await app.StopAsync();
        Check(app.Logs);
        app.Logs.Lines.Items.ShouldContain(l => l.Category == "Hutong.Server" && l.Level == LogLevel.Information && l.Message.Contains("Refused"));
        app.Logs.Lines.Items.ShouldContain(l => l.Category == "Hutong.Server" && l.Level == LogLevel.Debug && l.Message.Contains("opened"));
    }

    [Fact]
    public async Task Log_OfAStandaloneServer_ShowsNoToken()
    {
        using var logs = new LogCapture();
        using var factory = LoggerFactory.Create(b => b.SetMinimumLevel(LogLevel.Trace).AddProvider(logs));
        await using (var server = await WebSocketServer.StartAsync(
            "ws://127.0.0.1:0",
            async ws =>
            {
                await foreach (var m in ws.ReadAllAsync())
                {
                    if (m.Text.StartsWith("fail", StringComparison.Ordinal))
                        throw new InvalidOperationException("failed");
                    await ws.SendAsync(m);
                }
            },
            new WebSocketServerOptions { LoggerFactory = factory }))
            await UseAsync(server.Url.Port);
        Check(logs);
        logs.Lines.Items.ShouldContain(l => l.Category == "Hutong.Server" && l.Message.Contains("Refused"));
        // The factory is the caller's, and still good.
        factory.CreateLogger("mine").LogInformation("still good");
        logs.Lines.Items.ShouldContain(l => l.Message == "still good");
    }

    static async Task UseAsync(int port)
    {
        string path = $"/ws?access_token={Token}";
        await using (var good = await WirePeer.OpenAsync(port, path, changes: Secrets))
        {
            await good.EchoAsync(Token);
            await good.SendCloseAsync(1000, Token);
            await good.ExpectCloseAsync(1000);
            await good.ExpectEndAsync();
        }

        await using (var bad = await WirePeer.OpenAsync(port, path, changes: Secrets))
        {
            await bad.SendFrameAsync(3, System.Text.Encoding.ASCII.GetBytes(Token));
            await bad.ExpectCloseAsync(1002);
            await bad.AnswerCloseAsync(1002);
        }

        await using (var failing = await WirePeer.OpenAsync(port, path, changes: Secrets))
        {
            await failing.SendTextAsync($"fail {Token}");
            await failing.ExpectCloseAsync(1011);
            await failing.AnswerCloseAsync(1011);
        }

        await using var refused = await WirePeer.ConnectAsync(port);
        (await refused.AskAsync(Head.Of(path, [.. Secrets, $"Origin: https://{Token}.example"]))).Status.ShouldBe(403);
        await using var plain = await WirePeer.ConnectAsync(port);
        (await plain.AskAsync($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).Status.ShouldBe(426);
    }

    static void Check(LogCapture logs)
    {
        logs.Lines.Items.Where(l => l.Level >= LogLevel.Information).ShouldNotBeEmpty();
        logs.Lines.Items.Where(l => l.Level >= LogLevel.Information && l.Everything.Contains(Token)).Select(l => l.Everything).ShouldBeEmpty();
        // Hutong's own lines show none at any level.
        logs.Lines.Items.Where(l => l.Category.StartsWith("Hutong", StringComparison.Ordinal) && l.Message.Contains(Token)).ShouldBeEmpty();
        logs.Of(LogLevel.Error, "Hutong.Server").ShouldHaveSingleItem();
    }
}
