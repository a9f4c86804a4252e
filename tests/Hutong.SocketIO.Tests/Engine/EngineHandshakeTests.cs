using System.Net;
using System.Text.Json;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineHandshakeTests
{
    [Fact]
    public async Task Get_WithoutAnId_OpensASession()
    {
        await using var app = await EngineApp.StartAsync();

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; charset=UTF-8");
        response.Headers.Contains("Set-Cookie").ShouldBeFalse();
        response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        string body = await response.Content.ReadAsStringAsync();
        var open = JsonDocument.Parse(body[1..]).RootElement;
        body[0].ShouldBe('0');
        open.EnumerateObject().Select(p => p.Name).ShouldBe(["sid", "upgrades", "pingInterval", "pingTimeout", "maxPayload"]);
        open.GetProperty("upgrades").ToString().ShouldBe("""["websocket"]""");
        open.GetProperty("pingInterval").GetInt32().ShouldBe(25_000);
        open.GetProperty("pingTimeout").GetInt32().ShouldBe(20_000);
        open.GetProperty("maxPayload").GetInt32().ShouldBe(1_000_000);
        app.Sockets.Items.Single().Id.ShouldBe(open.GetProperty("sid").GetString());
        app.Sockets.Items[0].Id.Length.ShouldBe(20);
    }

    [Fact]
    public async Task WebSocket_WithoutAnId_OpensASession()
    {
        await using var app = await EngineApp.StartAsync();

        await using var peer = await WirePeer.OpenAsync(app.App.Port, EngineApp.WebSocket());

        string packet = (await peer.ReadFrameAsync()).Text;
        packet[0].ShouldBe('0');
        var open = JsonDocument.Parse(packet[1..]).RootElement;
        open.GetProperty("upgrades").ToString().ShouldBe("[]");
        open.GetProperty("sid").GetString()!.ShouldMatch("^[A-Za-z0-9_-]{20}$");
        await app.Sockets.WaitAsync(s => s.Count == 1, "the session");
        app.Sockets.Items[0].Transport.ShouldBe(EngineTransport.WebSocket);
        app.Sockets.Items[0].Id.ShouldBe(open.GetProperty("sid").GetString());
    }

    [Theory]
    [InlineData("/engine.io")]
    [InlineData("/engine.io/")]
    public async Task Pattern_WithAndWithoutItsSlash_IsServedBothWays(string pattern)
    {
        await using var app = await EngineApp.StartAsync(pattern: pattern);

        foreach (string path in (string[])["/engine.io", "/engine.io/"])
        {
            (await app.App.AskAsync($"GET {path}?EIO=4&transport=polling HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).Status.ShouldBe(200);
            await using var peer = await WirePeer.OpenAsync(app.App.Port, $"{path}?EIO=4&transport=websocket");
        }
    }

    // The words and numbers of the protocol.
    [Theory]
    [InlineData("GET", "?EIO=4", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=abc", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=constructor", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&transport=polling", 0, "Transport unknown")]
    [InlineData("GET", "", 0, "Transport unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&sid=test", 1, "Session ID unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&sid=", 1, "Session ID unknown")]
    [InlineData("GET", "?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", 1, "Session ID unknown")]
    [InlineData("POST", "?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAA", 1, "Session ID unknown")]
    [InlineData("POST", "?EIO=4&transport=polling", 2, "Bad handshake method")]
    [InlineData("PUT", "?EIO=4&transport=polling", 2, "Bad handshake method")]
    [InlineData("DELETE", "?EIO=4&transport=polling", 2, "Bad handshake method")]
    [InlineData("GET", "?EIO=4&transport=websocket", 3, "Bad request")]
    [InlineData("GET", "?EIO=4&transport=polling&j=0", 3, "Bad request")]
    [InlineData("GET", "?transport=polling", 5, "Unsupported protocol version")]
    [InlineData("GET", "?EIO=3&transport=polling", 5, "Unsupported protocol version")]
    [InlineData("GET", "?EIO=abc&transport=polling", 5, "Unsupported protocol version")]
    public async Task Request_ThatIsWrong_IsRefusedInTheWordsOfTheProtocol(string method, string query, int code, string message)
    {
        await using var app = await EngineApp.StartAsync();

        await app.RefusesAsync(new HttpMethod(method), query, code, message);

        app.Events.Items.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("EIO=4", 0)]
    [InlineData("EIO=4&transport=abc", 0)]
    [InlineData("EIO=4&transport=websocket&sid=AAAAAAAAAAAAAAAAAAAA", 1)]
    [InlineData("EIO=4&transport=polling", 3)]
    [InlineData("transport=websocket", 5)]
    [InlineData("EIO=abc&transport=websocket", 5)]
    public async Task WebSocket_ThatIsWrong_IsRefusedTheSameWay(string query, int code)
    {
        await using var app = await EngineApp.StartAsync();

        var answer = await app.App.AskAsync(Head.Of($"/engine.io/?{query}"));

        answer.Status.ShouldBe(400);
        JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetInt32().ShouldBe(code);
        app.Events.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task WebSocket_WithABadHandshake_IsRefusedAsAnyOther()
    {
        await using var app = await EngineApp.StartAsync();

        var answer = await app.App.AskAsync(Head.Of(EngineApp.WebSocket(), "Sec-WebSocket-Version: 7"));

        answer.Status.ShouldBe(426);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("HEAD")]
    public async Task Request_OnASession_WithAnotherMethod_IsRefusedAndChangesNothing(string method)
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var poll = await app.ParkAsync(sid);

        using (var response = await app.AskAsync(new HttpMethod(method), EngineApp.Polling(sid)))
            response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        app.Sockets.Items[0].TrySend(EngineMessage.Text("still here"));
        (await poll.Soon()).ShouldBe("4still here");
    }

    [Fact]
    public async Task Transports_OnlySome_AreServed()
    {
        await using (var polling = await EngineApp.StartAsync(new EngineOptions { Transports = [EngineTransport.Polling] }))
        {
            using var response = await polling.AskAsync(HttpMethod.Get, EngineApp.Polling());
            (await response.Content.ReadAsStringAsync()).ShouldContain("""
                "upgrades":[]
                """);
            (await polling.App.AskAsync(Head.Of(EngineApp.WebSocket()))).Body.ShouldContain("Transport unknown");
        }

        await using var webSocket = await EngineApp.StartAsync(new EngineOptions { Transports = [EngineTransport.WebSocket] });
        await webSocket.RefusesAsync(HttpMethod.Get, EngineApp.Polling(), 0, "Transport unknown");
        await using var peer = await webSocket.OpenWebSocketAsync();
    }

    [Fact]
    public async Task Upgrades_NotAllowed_AreNeitherOfferedNorTaken()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { AllowUpgrades = false });
        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling());
        (await response.Content.ReadAsStringAsync()).ShouldContain("""
            "upgrades":[]
            """);

        (await app.App.AskAsync(Head.Of(EngineApp.WebSocket(app.Sockets.Items[0].Id)))).Body.ShouldContain("Bad request");

        await using var peer = await app.OpenWebSocketAsync();
    }

    [Fact]
    public async Task AllowRequest_ThatSaysNo_Is403()
    {
        int asked = 0;
        await using var app = await EngineApp.StartAsync(new EngineOptions
        {
            AllowRequest = context =>
            {
                asked++;
                return ValueTask.FromResult(context.Request.Headers.Authorization == "me");
            },
        });

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(), 4, "Forbidden");
        var answer = await app.App.AskAsync(Head.Of(EngineApp.WebSocket()));
        (answer.Status, answer.Body).ShouldBe((403, """{"code":4,"message":"Forbidden"}"""));
        string sid = await app.OpenAsync(("Authorization", "me"));
        asked.ShouldBe(3);

        // A session that has begun is not asked about again.
        await app.PostAsync(sid, "4a");
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task Cookie_WhenAskedFor_HasTheId()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { Cookie = new() });

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling());

        response.Headers.GetValues("Set-Cookie").ShouldBe([$"io={app.Sockets.Items[0].Id}; path=/; samesite=lax; httponly"]);
    }

    [Fact]
    public async Task InitialPacket_ComesWithTheOpenPacket()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { InitialPacket = EngineMessage.Text("welcome") });

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling());
        (await response.Content.ReadAsStringAsync()).ShouldEndWith("}\u001e4welcome");

        await using var peer = await app.OpenWebSocketAsync();
        await peer.ExpectTextAsync("4welcome");
    }

    [Fact]
    public async Task Handler_ThatGreets_IsHeardAfterTheOpenPacket()
    {
        await using var app = await EngineApp.StartAsync(onConnection: s => s.TrySend(EngineMessage.Text("hi")));

        string sid = await app.OpenAsync();
        (await app.PollAsync(sid)).ShouldBe("4hi");

        await using var peer = await app.OpenWebSocketAsync();
        await peer.ExpectTextAsync("4hi");
    }

    [Fact]
    public async Task Handler_ThatThrows_OpensNothing()
    {
        await using var app = await EngineApp.StartAsync(onConnection: socket =>
        {
            socket.OnClose = (_, _) => throw new InvalidOperationException("again");
            throw new InvalidOperationException("broken");
        });

        using (var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling()))
            response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await using var peer = await app.OpenWebSocketAsync();
        await peer.ExpectCloseAsync(1000);

        app.Server.Count.ShouldBe(0);
        app.App.Logs.Lines.Items.Count(l => l.Category == "Hutong.SocketIO" && l.Exception is { Message: "broken" }).ShouldBe(2);
        await app.App.Logs.Lines.WaitAsync(all => all.Count(l => l.Exception is { Message: "again" }) == 2, "the complaints of OnClose");
    }

    [Fact]
    public async Task Sessions_OfAUser_AreBoundToIt()
    {
        await using var app = await EngineApp.StartAsync(before: a => a.Use((context, next) =>
        {
            if (context.Request.Headers["User"].ToString() is { Length: > 0 } name)
                context.User = new(new System.Security.Claims.ClaimsIdentity([new("sub", name)], "test"));
            return next(context);
        }));
        string sid = await app.OpenAsync(("User", "ann"));
        app.Sockets.Items[0].Request.User.FindFirst("sub")!.Value.ShouldBe("ann");

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(sid), 1, "Session ID unknown");
        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 1, "Session ID unknown", "4a", ("User", "bob"));
        (await app.App.AskAsync(Head.Of(EngineApp.WebSocket(sid), "User: bob"))).Body.ShouldContain("Session ID unknown");
        using (var response = await app.AskAsync(HttpMethod.Post, EngineApp.Polling(sid), "4a", ("User", "ann")))
            response.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await app.PollAsync(sid, ("User", "ann"))).ShouldBe("4a");
        await using var peer = await app.OpenWebSocketAsync(sid, "User: ann");
        await peer.SendTextAsync("2probe");
        await peer.ExpectTextAsync("3probe");
    }

    [Fact]
    public async Task Sessions_BeyondTheServersLimit_Are503()
    {
        await using var app = await EngineApp.StartAsync(
            configure: b => b.Services.AddHutong(new ServerOptions { MaxConnections = 2, RetryAfter = TimeSpan.FromSeconds(7) }));
        string sid = await app.OpenAsync();
        await using var peer = await app.OpenWebSocketAsync();

        using (var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling()))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        }

        (await app.App.AskAsync(Head.Of(EngineApp.WebSocket()))).Status.ShouldBe(503);
        await app.PostCloseAsync(sid);
        await app.ClosesAsync("transport close");
        (await app.OpenAsync()).Length.ShouldBe(20);
    }

    [Fact]
    public async Task Ids_AreNowhereInTheLogs()
    {
        await using var app = await EngineApp.StartAsync(configure: b => b.Services.AddHutong());
        string sid = await app.OpenAsync();
        await app.PostAsync(sid, "4secret");
        await app.PollAsync(sid);
        await using var peer = await app.UpgradeAsync(sid);
        await peer.SendTextAsync("x");
        await app.ClosesAsync("parse error");

        app.Sockets.Items[0].ToString().ShouldNotContain(sid);
        var lines = app.App.Logs.Lines.Items;
        lines.ShouldContain(l => l.Category == "Hutong.SocketIO");
        lines.Where(l => l.Category.StartsWith("Hutong", StringComparison.Ordinal) && (l.Everything.Contains(sid) || l.Everything.Contains("secret"))).ShouldBeEmpty();
    }

    [Fact]
    public void Options_OutOfRange_AreFoundWhenMapped()
    {
        using var host = WebApplication.CreateSlimBuilder().Build();
        foreach (var wrong in (EngineOptions[])
        [
            new() { PingInterval = TimeSpan.Zero },
            new() { PingTimeout = TimeSpan.FromDays(2) },
            new() { UpgradeTimeout = TimeSpan.Zero },
            new() { MaxPayload = 0 },
            new() { QueueLimit = 0 },
            new() { Transports = [] },
            new() { Transports = [(EngineTransport)7] },
            new() { AllowedOrigins = ["not an origin"] },
            new() { AllowedOrigins = ["*"], Cors = new() { Credentials = true } },
            new() { Cors = new() { MaxAge = TimeSpan.FromSeconds(-1) } },
            new() { Cookie = new() { Name = "" } },
            new() { HttpCompression = new() { Threshold = -1 } },
        ])
            Should.Throw<ArgumentException>(() => host.MapEngineIO("/e", engine => engine.OnConnection(_ => { }), wrong), wrong.ToString());

        Should.Throw<ArgumentException>(() => host.MapEngineIO("/e", _ => { }));
        Should.Throw<InvalidOperationException>(() => host.MapEngineIO("/e", engine => engine.OnConnection(_ => { }).OnConnection(_ => { })));
    }

    [Fact]
    public async Task MapEngineIO_WithItsHandler_Serves()
    {
        await using var app = await TestApp.StartAsync(a => a.MapEngineIO("/e/", engine => engine.OnConnection(EngineApp.Echo)));

        await using var peer = await WirePeer.OpenAsync(app.Port, "/e/?EIO=4&transport=websocket");
        await peer.ReadFrameAsync();

        await peer.EchoAsync("4hello");
    }
}
