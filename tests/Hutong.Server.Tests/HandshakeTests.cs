using System.Text;
using Hutong.Protocol;
using Hutong.Server.Tests.Support;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;

namespace Hutong.Server.Tests;

public class HandshakeTests
{
    public static TheoryData<string, string> Refused() => new()
    {
        { "http_version", Head.With("GET", "/ws", "HTTP/1.0") },
        { "method_not_allowed", Head.With("POST", "/ws", "HTTP/1.1", "Content-Length: 0", "-Connection", "-Upgrade") },
        { "method_not_allowed", Head.With("PUT", "/ws", "HTTP/1.1") },
        { "upgrade_required", Head.Of("/ws", "-Upgrade", "-Connection", "-Sec-WebSocket-Key", "-Sec-WebSocket-Version") },
        { "invalid_upgrade", Head.Of("/ws", "-Upgrade") },
        { "invalid_upgrade", Head.Of("/ws", "Upgrade: h2c") },
        { "invalid_upgrade", Head.Of("/ws", "Upgrade: websockets") },
        { "invalid_connection", Head.Of("/ws", "-Connection") },
        { "invalid_connection", Head.Of("/ws", "Connection: keep-alive") },
        { "version_missing", Head.Of("/ws", "-Sec-WebSocket-Version") },
        { "unsupported_version", Head.Of("/ws", "Sec-WebSocket-Version: 8") },
        { "unsupported_version", Head.Of("/ws", "Sec-WebSocket-Version: 13, 8") },
        { "invalid_key", Head.Of("/ws", "-Sec-WebSocket-Key") },
        { "invalid_key", Head.Of("/ws", "Sec-WebSocket-Key:") },
        { "invalid_key", Head.Of("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ") },
        { "invalid_key", Head.Of("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZTE=") },
        { "invalid_key", Head.Of("/ws", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==") },
        { "invalid_key", Head.Of("/ws", $"Sec-WebSocket-Key: {Head.Key}", $"Sec-WebSocket-Key: {Head.Key}") },
        { "origin_not_allowed", Head.Of("/ws", "Origin: https://evil.example") },
        { "invalid_subprotocols", Head.Of("/ws", "Sec-WebSocket-Protocol: a b") },
        { "invalid_subprotocols", Head.Of("/ws", "Sec-WebSocket-Protocol: a, a") },
        { "invalid_subprotocols", Head.Of("/ws", "Sec-WebSocket-Protocol:") },
        { "invalid_extensions", Head.Of("/ws", "Sec-WebSocket-Extensions: a;;b") },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Handshake_Invalid_IsRefusedWithItsStatusAndCode(string code, string head)
    {
        await using var app = await StartAsync();
        var answer = await app.AskAsync(head);

        var error = HandshakeError.All.Single(e => e.Code == code);
        answer.Status.ShouldBe(error.StatusCode);
        answer["Content-Type"].ShouldBe("application/problem+json");
        answer.Code.ShouldBe(code);
        answer.Body.ShouldContain($"\"status\":{error.StatusCode}");
        answer["Cache-Control"].ShouldBe("no-store");
        answer["Allow"].ShouldBe(code == "method_not_allowed" ? "GET" : null);
        answer["Sec-WebSocket-Version"].ShouldBe(error.StatusCode == 426 || code == "version_missing" ? "13" : null);
        answer["Upgrade"].ShouldBe(error.StatusCode == 426 ? "websocket" : null);
        (answer["Connection"] ?? "").ToLowerInvariant().ShouldBe(error.StatusCode == 426 ? "upgrade" : code == "http_version" ? "close" : "");
        answer["Sec-WebSocket-Accept"].ShouldBeNull();
    }

    [Fact]
    public void Refused_EveryErrorOfAServer_IsTested() =>
        Refused().Select(row => row.Data.Item1).Distinct(StringComparer.Ordinal).ShouldBe(HandshakeError.All.Where(e => e.StatusCode > 0).Select(e => e.Code), ignoreOrder: true);

    [Theory]
    [InlineData("Upgrade: WebSocket", "Connection: upgrade")]
    [InlineData("upgrade: WEBSOCKET", "connection: UPGRADE", "sec-websocket-version: 13", "SEC-WEBSOCKET-KEY: dGhlIHNhbXBsZSBub25jZQ==", "HOST: x")]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("Connection: keep-alive", "Connection: Upgrade")]
    [InlineData("Upgrade: foo, websocket")]
    [InlineData("Upgrade: foo", "Upgrade: websocket")]
    [InlineData("Sec-WebSocket-Extensions: x-unknown; a=1, permessage-foo")]
    [InlineData("Sec-WebSocket-Protocol: unknown")]
    [InlineData("Origin: http://127.0.0.1")]
    [InlineData("Cookie: a=b", "Authorization: Bearer x", "User-Agent: test")]
    public async Task Handshake_ValidInAnySpelling_Opens(params string[] changes)
    {
        await using var app = await StartAsync();
        await using var peer = await app.ConnectAsync();
        var answer = await peer.OpenAsync(Head.Of("/ws", changes));

        answer["Sec-WebSocket-Accept"].ShouldBe(Head.Accept);
        answer["Upgrade"].ShouldBe("websocket");
        answer["Connection"].ShouldBe("Upgrade");
        answer["Sec-WebSocket-Protocol"].ShouldBeNull();
        answer["Sec-WebSocket-Extensions"].ShouldBeNull();
        answer["Content-Length"].ShouldBeNull();
        answer["Transfer-Encoding"].ShouldBeNull();
        await peer.EchoAsync("hello");
        await peer.CloseAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(500)]
    public async Task Handshake_FramesSentTogetherWithIt_AreNotLost(int frames)
    {
        await using var app = await StartAsync();
        await using var peer = await app.ConnectAsync();
        var bytes = Head.Bytes(Head.Of()).ToList();
        for (int i = 0; i < frames; i++)
            bytes.AddRange(RawFrame.Encode(1, Encoding.ASCII.GetBytes($"early {i}"), maskKey: 1));
        await peer.SendAsync(bytes.ToArray());

        (await peer.ReadAnswerAsync()).Status.ShouldBe(101);
        for (int i = 0; i < frames; i++)
            await peer.ExpectTextAsync($"early {i}");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Handshake_HalfAFrameSentTogetherWithIt_IsNotLost()
    {
        await using var app = await StartAsync();
        await using var peer = await app.ConnectAsync();
        var frame = RawFrame.Encode(1, "halved"u8, maskKey: 7);
        await peer.SendAsync(Head.Bytes(Head.Of()).Concat(frame[..5]).ToArray());
        (await peer.ReadAnswerAsync()).Status.ShouldBe(101);
        await peer.SendAsync(frame.AsMemory(5));
        await peer.ExpectTextAsync("halved");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Handshake_InOctets_Opens()
    {
        await using var app = await StartAsync();
        await using var peer = await app.ConnectAsync();
        foreach (byte octet in Head.Bytes(Head.Of()))
            await peer.SendAsync(new[] { octet });
        (await peer.ReadAnswerAsync()).Status.ShouldBe(101);
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Handshake_AfterARefusedOneOnTheSameConnection_Opens()
    {
        await using var app = await StartAsync();
        await using var peer = await app.ConnectAsync();
        (await peer.AskAsync(Head.Of("/ws", "Origin: https://evil.example"))).Status.ShouldBe(403);
        (await peer.AskAsync(Head.Of("/ws"))).Status.ShouldBe(101);
        await peer.EchoAsync("second try");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task Request_OfARouteWithParameters_TellsThemAndMore()
    {
        WebSocketRequest? seen = null;
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/rooms/{room}/{seat:int}", (ws, request) =>
        {
            seen = request;
            ws.TrySend($"{request.RouteValues["room"]} {request.RouteValues["seat"]} {request.Query["q"]} {request.Header("x-mine")} {request.Path}");
            return Task.CompletedTask;
        }));
        await using var peer = await app.OpenAsync("/rooms/blue%20one/7?q=1&q=2", "X-Mine: mine", "Host: chat.example:81");

        await peer.ExpectTextAsync("blue one 7 1,2 mine /rooms/blue%20one/7");
        seen.ShouldNotBeNull();
        seen.Host.ShouldBe("chat.example:81");
        seen.Scheme.ShouldBe("ws");
        seen.RemoteEndPoint.ShouldBe(peer.Socket.LocalEndPoint);
        seen.LocalEndPoint.ShouldBe(peer.Socket.RemoteEndPoint);
        seen.Id.ShouldNotBeEmpty();
        seen.User.Identity?.IsAuthenticated.ShouldNotBe(true);
        seen.Header("absent").Count.ShouldBe(0);
        await peer.CloseAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/ws/")]
    [InlineData("/ws/x")]
    [InlineData("/elsewhere")]
    public async Task Handshake_AtAnAddressThatIsNotMapped_Is404(string path)
    {
        await using var app = await StartAsync();
        (await app.AskAsync(Head.Of(path))).Status.ShouldBe(path == "/ws/" ? 101 : 404);
    }

    [Fact]
    public async Task Pages_OnTheSamePort_AreStillServed()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "page.html"), "<p>static</p>");
            using var files = new PhysicalFileProvider(folder.FullName);
            await using var app = await TestApp.StartAsync(a =>
            {
                a.UseStaticFiles(new StaticFileOptions { FileProvider = files });
                a.MapGet("/", () => "a page");
                a.MapWebSocket("/ws", Handlers.Echo);
            });
            await using var socket = await app.OpenAsync();
            (await app.AskAsync("GET / HTTP/1.0\r\nHost: x\r\n\r\n")).Status.ShouldBe(200);
            var page = await app.AskAsync("GET /page.html HTTP/1.1\r\nHost: x\r\n\r\n");
            page.Body.ShouldBe("<p>static</p>");
            await socket.EchoAsync("still there");
            await socket.CloseAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("one, two", "one")]
    [InlineData("two, one", "two")]
    [InlineData("other, two", "two")]
    [InlineData("other", null)]
    [InlineData("ONE", null)]
    public async Task Subprotocol_OfSeveralOffered_IsTheClientsFirstThatIsServed(string offered, string? chosen)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws", ws => { ws.TrySend(ws.Subprotocol ?? "none"); return Task.CompletedTask; }, new WebSocketEndpointOptions { Subprotocols = ["one", "two"] }));
        await using var peer = await app.ConnectAsync();
        var answer = await peer.OpenAsync(Head.Of("/ws", [.. offered.Split(", ").Select(o => $"Sec-WebSocket-Protocol: {o}")]));
        answer["Sec-WebSocket-Protocol"].ShouldBe(chosen);
        await peer.ExpectTextAsync(chosen ?? "none");
        await peer.CloseAsync();
    }

    static Task<TestApp> StartAsync() => TestApp.StartAsync(a => a.MapWebSocket("/ws", Handlers.Echo));
}
