using Hutong.Connections;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Hutong.Server.Tests;

public class OptionsTests
{
    public static TheoryData<string, WebSocketEndpointOptions> Invalid() => new()
    {
        { "origin", new() { AllowedOrigins = ["example.com"] } },
        { "origin with a path", new() { AllowedOrigins = ["https://example.com/page"] } },
        { "empty origin", new() { AllowedOrigins = [""] } },
        { "subprotocol", new() { Subprotocols = ["a b"] } },
        { "empty subprotocol", new() { Subprotocols = [""] } },
        { "subprotocol twice", new() { Subprotocols = ["a", "a"] } },
        { "message size", new() { Connection = new ConnectionOptions { MaxMessageSize = -1 } } },
        { "queue", new() { Connection = new ConnectionOptions { SendQueueLimit = 0 } } },
        { "close timeout", new() { Connection = new ConnectionOptions { CloseTimeout = TimeSpan.Zero } } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public async Task MapWebSocket_InvalidOptions_Throws(string what, WebSocketEndpointOptions options)
    {
        what.ShouldNotBeEmpty();
        await using var host = WebApplication.CreateSlimBuilder().Build();
        Should.Throw<ArgumentException>(() => host.MapWebSocket("/ws", Handlers.Echo, options));
    }

    [Fact]
    public async Task MapWebSocket_NothingGiven_Throws()
    {
        await using var host = WebApplication.CreateSlimBuilder().Build();
        Should.Throw<ArgumentNullException>(() => host.MapWebSocket("/ws", (Func<WebSocketConnection, Task>)null!));
        Should.Throw<ArgumentNullException>(() => host.MapWebSocket("/ws", (Func<WebSocketConnection, ValueTask>)null!));
        Should.Throw<ArgumentNullException>(() => host.MapWebSocket("/ws", (Func<WebSocketConnection, WebSocketRequest, Task>)null!));
        Should.Throw<ArgumentNullException>(() => host.MapWebSocket(null!, Handlers.Echo));
    }

    public static TheoryData<ServerOptions> InvalidForServers() =>
    [
        new ServerOptions { MaxConnections = 0 },
        new ServerOptions { RetryAfter = TimeSpan.FromMilliseconds(999) },
        new ServerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(99) },
    ];

    [Theory]
    [MemberData(nameof(InvalidForServers))]
    public async Task ServerOptions_Invalid_Throw(ServerOptions options)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new ServiceCollection().AddHutong(options));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() =>
            WebSocketServer.StartAsync("ws://127.0.0.1:0", Handlers.Echo, new WebSocketServerOptions { Server = options }));
    }

    [Fact]
    public async Task WebSocketServerOptions_NegativeShutdownTimeout_Throws() => await Should.ThrowAsync<ArgumentOutOfRangeException>(() =>
        WebSocketServer.StartAsync("ws://127.0.0.1:0", Handlers.Echo, new WebSocketServerOptions { ShutdownTimeout = TimeSpan.FromSeconds(-5) }));

    [Theory]
    [InlineData(10, 30, 10)]
    [InlineData(40, 30, 30)]
    [InlineData(0, 30, 10)]
    public async Task HandshakeTimeout_LowersKestrelsOwn_AndNeverRaisesIt(int wanted, int kestrels, int expected)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.WebHost.ConfigureKestrel(k => k.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(kestrels));
        if (wanted > 0)
            builder.Services.AddHutong(new ServerOptions { HandshakeTimeout = TimeSpan.FromSeconds(wanted) });
        await using var host = builder.Build();
        host.MapWebSocket("/ws", Handlers.Echo);
        host.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits.RequestHeadersTimeout.ShouldBe(TimeSpan.FromSeconds(expected));
    }

    [Fact]
    public async Task MaxConnections_Reached_Is503UntilOneLeaves()
    {
        const string Route = "/limited";
        using var metrics = new MetricCapture(Route);
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket(Route, Handlers.Echo),
            b => b.Services.AddHutong(new ServerOptions { MaxConnections = 2, RetryAfter = TimeSpan.FromSeconds(7) }));
        await using var first = await app.OpenAsync(Route);
        await using var second = await app.OpenAsync(Route);
        for (int i = 0; i < 3; i++)
        {
            var answer = await app.AskAsync(Head.Of(Route));
            answer.Status.ShouldBe(503);
            answer.Code.ShouldBe("too_many_connections");
            answer["Retry-After"].ShouldBe("7");
        }

        Warnings(app).ShouldBe(1);
        await first.CloseAsync();
        await metrics.All.WaitForAsync(m => m.Value < 0, "a connection counted out");
        await using var third = await OpenWhenThereIsAPlaceAsync(app, Route);
        (await app.AskAsync(Head.Of(Route))).Status.ShouldBe(503);
        Warnings(app).ShouldBe(2);
        await second.EchoAsync("well");
        await third.EchoAsync("well");
    }

    [Fact]
    public async Task MaxConnections_IsForAllEndpointsOfTheHost_AndLeavesPagesAlone()
    {
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.MapWebSocket("/one", Handlers.Echo);
                a.MapWebSocket("/two", Handlers.Echo);
                a.MapGet("/page", () => "page");
            },
            b => b.Services.AddHutong(new ServerOptions { MaxConnections = 1 }));
        await using var one = await app.OpenAsync("/one");
        (await app.AskAsync(Head.Of("/two"))).Status.ShouldBe(503);
        (await app.AskAsync("GET /page HTTP/1.1\r\nHost: x\r\n\r\n")).Status.ShouldBe(200);
        (await app.AskAsync(Head.Of("/two", "Origin: https://evil.example"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task HandshakeTimeout_HeadsThatDribbleIn_AreCut()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket("/ws", Handlers.Echo),
            b => b.Services.AddHutong(new ServerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(200) }));
        await using var other = await app.OpenAsync();
        // At the same time: Kestrel looks at its clock once a second.
        string[] heads = ["GET /ws HTTP/1.1\r\nHost: x\r\nUpgr", "G"];
        await Task.WhenAll(heads.Select(async head =>
        {
            await using var peer = await app.ConnectAsync();
            await peer.SendAsync(Head.Bytes(head));
            (await peer.ReadAnswerAsync()).Status.ShouldBe(408);
            await peer.ExpectGoneAsync();
        }));
        await other.EchoAsync("not my head");
        await other.CloseAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandshakeTimeout_SilentConnectionToAStandaloneServer_IsCut(bool tls)
    {
        await using var server = await WebSocketServer.StartAsync(
            tls ? "wss://127.0.0.1:0" : "ws://127.0.0.1:0",
            Handlers.Echo,
            new WebSocketServerOptions { Certificate = tls ? Certificates.SelfSigned : null, Server = new ServerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(200) } });
        await using var peer = await WirePeer.ConnectAsync(server.Url.Port);
        await peer.ExpectGoneAsync();
    }

    static int Warnings(TestApp app) => app.Logs.Of(LogLevel.Warning, "Hutong.Server").Count();

    /// <summary>The place is given back right after the connection is counted out.</summary>
    static async Task<WirePeer> OpenWhenThereIsAPlaceAsync(TestApp app, string path)
    {
        while (true)
        {
            var peer = await app.ConnectAsync();
            if ((await peer.AskAsync(Head.Of(path))).Status == 101)
                return peer;
            await peer.DisposeAsync();
            peer.Token.ThrowIfCancellationRequested();
        }
    }
}
