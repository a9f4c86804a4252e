using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hutong.Client;

/// <summary>The lower door: headers, redirects, TLS, proxies, HTTP/2.</summary>
public class ConnectorTests
{
    public static TheoryData<ClientTransport> Transports => W3CWebSocketTests.Transports;

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Request_HasWhatWasAskedFor(ClientTransport transport)
    {
        string request = "";
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync("Sec-WebSocket-Protocol: b\r\n");
            request = session.Request;
            await session.Peer.ExpectTextAsync("hello");
            await session.Peer.SendCloseAsync(1000);
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });
        var options = new WebSocketConnectOptions
        {
            Transport = transport,
            Subprotocols = ["a", "b"],
            Headers = [new("Authorization", "Bearer x"), new("Origin", "https://example.com"), new("X-Twice", "1"), new("X-Twice", "2")],
        };

        var connection = await WebSocketClientConnector.ConnectAsync(server.Url + "a%20b?c=d", options, Await.Token);
        connection.Subprotocol.ShouldBe("b");
        await connection.SendAsync("hello");
        connection.Start();

        (await connection.Closed.Soon()).WasClean.ShouldBeTrue();
        request.ShouldStartWith("GET /a%20b?c=d HTTP/1.1\r\n");
        request.ShouldContain($"Host: {new Uri(server.Url).Authority}\r\n");
        request.ShouldContain("Authorization: Bearer x\r\n");
        request.ShouldContain("Origin: https://example.com\r\n");
        request.ShouldContain("Sec-WebSocket-Version: 13\r\n");
        request.ShouldMatch("Sec-WebSocket-Protocol: a, b\r\n");
        request.ShouldMatch("X-Twice: 1(, 2|\r\nX-Twice: 2)\r\n");
        await server.ScriptDone.Soon();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Redirect_Followed_LeavesSecretsBehindAndTakesANewKey(ClientTransport transport)
    {
        var keys = new ConcurrentBag<string?>();
        await using var target = new RawServer(async session =>
        {
            await session.OpenAsync();
            keys.Add(session.Header("Sec-WebSocket-Key"));
            session.Header("Authorization").ShouldBeNull();
            session.Header("X-Other").ShouldBe("stays");
            session.Request.ShouldStartWith("GET /there HTTP/1.1\r\n");
        });
        await using var first = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            keys.Add(session.Header("Sec-WebSocket-Key"));
            await session.Peer.SendHttpAsync($"HTTP/1.1 302 Found\r\nLocation: {target.Url.Replace("ws:", "http:", StringComparison.Ordinal)}there#part\r\nContent-Length: 0\r\n\r\n");
        });
        var options = new WebSocketConnectOptions
        {
            Transport = transport,
            FollowRedirects = true,
            Headers = [new("Authorization", "Bearer x"), new("X-Other", "stays")],
        };

        var connection = await WebSocketClientConnector.ConnectAsync(first.Url, options, Await.Token);

        await target.ScriptDone.Soon();
        keys.Distinct(StringComparer.Ordinal).Count().ShouldBe(2);
        connection.Abort();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Redirect_WithoutEnd_IsRefused(ClientTransport transport)
    {
        int requests = 0;
        await using var server = new RawServer(async session =>
        {
            Interlocked.Increment(ref requests);
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 307 Again\r\nLocation: /again\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        });

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(WebSocketClientConnector.ConnectAsync(
            server.Url, new WebSocketConnectOptions { Transport = transport, FollowRedirects = true }, Await.Token));

        thrown.Code.ShouldBe("redirect_refused");
        requests.ShouldBe(11);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Tls_WithACertificateThatIsAccepted_Echoes(ClientTransport transport)
    {
        using var certificate = Certificate();
        await using var server = await EchoServerAsync("wss://127.0.0.1:0", certificate);
        var options = new WebSocketConnectOptions
        {
            Transport = transport,
            ConfigureHandler = h => h.SslOptions.RemoteCertificateValidationCallback = (_, given, _, _) => given!.GetCertHashString() == certificate.GetCertHashString(),
        };

        var connection = await WebSocketClientConnector.ConnectAsync(server.Url, options, Await.Token);

        (await EchoAsync(connection, new string('x', 100_000))).ShouldBe(new string('x', 100_000));
        (await connection.CloseAsync().Soon()).WasClean.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Tls_WithACertificateThatIsNot_Fails(ClientTransport transport)
    {
        using var certificate = Certificate();
        await using var server = await EchoServerAsync("wss://127.0.0.1:0", certificate);

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(
            WebSocketClientConnector.ConnectAsync(server.Url, new WebSocketConnectOptions { Transport = transport }, Await.Token));

        thrown.Code.ShouldBe("tls_failed");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Tls_WhereThereIsNone_Fails(ClientTransport transport)
    {
        await using var server = new RawServer(session => session.Peer.SendHttpAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(WebSocketClientConnector.ConnectAsync(
            server.Url.Replace("ws:", "wss:", StringComparison.Ordinal), new WebSocketConnectOptions { Transport = transport }, Await.Token));

        thrown.Code.ShouldBe("tls_failed");
    }

    [Fact]
    public async Task Proxy_OfThePlatform_IsTunnelledThrough()
    {
        await using var server = await EchoServerAsync("ws://127.0.0.1:0");
        string asked = "";
        await using var proxy = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            asked = session.Request;
            using var onward = new TcpClient();
            await onward.ConnectAsync(IPAddress.Loopback, server.Url.Port);
            await session.Peer.SendHttpAsync("HTTP/1.1 200 Connected\r\n\r\n");
            await using var near = new NetworkStream(session.Socket, ownsSocket: true);
            await using var far = onward.GetStream();
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        });
        var options = new WebSocketConnectOptions { ConfigureHandler = h => h.Proxy = new WebProxy(proxy.Url.Replace("ws:", "http:", StringComparison.Ordinal)) };

        var connection = await WebSocketClientConnector.ConnectAsync(server.Url, options, Await.Token);

        asked.ShouldStartWith($"CONNECT 127.0.0.1:{server.Url.Port} ");
        (await EchoAsync(connection, "through")).ShouldBe("through");
        await connection.CloseAsync().Soon();
    }

    [Fact]
    public async Task Proxy_ThatRefuses_Fails()
    {
        await using var proxy = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        });
        var options = new WebSocketConnectOptions { ConfigureHandler = h => h.Proxy = new WebProxy(proxy.Url.Replace("ws:", "http:", StringComparison.Ordinal)) };

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(WebSocketClientConnector.ConnectAsync("ws://127.0.0.1:9/", options, Await.Token));

        thrown.Code.ShouldBe("proxy_failed");
    }

    [Theory]
    [InlineData(ClientHttpVersion.Http2, "hutong")]
    [InlineData(ClientHttpVersion.Http2, "aspnet")]
    [InlineData(ClientHttpVersion.Http2OrHttp11, "aspnet")]
    public async Task Http2_ExtendedConnect_EchoesAndCloses(ClientHttpVersion version, string path)
    {
        await using var app = await Http2AppAsync(HttpProtocols.Http2);
        var options = new WebSocketConnectOptions { HttpVersion = version, Subprotocols = ["chat"], Headers = [new("X-Mine", "yes")] };

        var connection = await WebSocketClientConnector.ConnectAsync($"{app.Urls.First()}/{path}", options, Await.Token);

        connection.Subprotocol.ShouldBe("chat");
        (await EchoAsync(connection, "HTTP/2 yes")).ShouldBe("HTTP/2 yes");
        var result = await connection.CloseAsync((CloseCode)4000, "done").Soon();
        (result.Code, result.WasClean).ShouldBe(((CloseCode)4000, true));
    }

    [Fact]
    public async Task Http2_SeveralSockets_ShareOneConnectionOfAnInvoker()
    {
        await using var app = await Http2AppAsync(HttpProtocols.Http2);
        int connections = 0;
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (context, token) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        var options = new WebSocketConnectOptions { HttpVersion = ClientHttpVersion.Http2, Invoker = invoker, Subprotocols = ["chat"] };
        string large = new('y', 500_000);

        var one = await WebSocketClientConnector.ConnectAsync($"{app.Urls.First()}/hutong", options, Await.Token);
        var two = await WebSocketClientConnector.ConnectAsync($"{app.Urls.First()}/aspnet", options, Await.Token);

        (await EchoAsync(one, large)).ShouldBe(large);
        one.Abort();
        (await EchoAsync(two, "still here")).ShouldBe("still here");
        await two.CloseAsync().Soon();
        connections.ShouldBe(1);
    }

    [Fact]
    public async Task Http2_ThroughTheBrowsersInterface_Works()
    {
        await using var app = await Http2AppAsync(HttpProtocols.Http2);
        await using var socket = Recorder.Start(
            $"{app.Urls.First()}/hutong", ClientTransport.Http, new W3CWebSocketOptions { Connect = new() { HttpVersion = ClientHttpVersion.Http2 } }, "chat");
        await socket.NextAsync();

        socket.Socket.Send("hello");
        (await socket.NextAsync()).ShouldBe("message hello");
        socket.Socket.Close(1000);

        (await socket.ToEndAsync()).ShouldBe(["close 1000 '' clean"]);
    }

    [Fact]
    public async Task Http2_Refused_SaysTheStatus()
    {
        await using var app = await Http2AppAsync(HttpProtocols.Http2);

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(WebSocketClientConnector.ConnectAsync(
            $"{app.Urls.First()}/absent", new WebSocketConnectOptions { HttpVersion = ClientHttpVersion.Http2 }, Await.Token));

        (thrown.Code, (int?)thrown.StatusCode).ShouldBe(("unexpected_status", 404));
    }

    [Fact]
    public async Task Http2OrHttp11_AgainstAnHttp11Server_FallsBack()
    {
        await using var server = await EchoServerAsync("ws://127.0.0.1:0");

        var connection = await WebSocketClientConnector.ConnectAsync(
            server.Url, new WebSocketConnectOptions { HttpVersion = ClientHttpVersion.Http2OrHttp11 }, Await.Token);

        (await EchoAsync(connection, "old")).ShouldBe("old");
        await connection.CloseAsync().Soon();
    }

    [Fact]
    public void Options_ThatDoNotGoTogether_Throw()
    {
        Throws(new() { Transport = ClientTransport.Socket, HttpVersion = ClientHttpVersion.Http2 });
        Throws(new() { Invoker = new HttpMessageInvoker(new SocketsHttpHandler()), ConfigureHandler = _ => { } });
        Throws(new() { ConnectTimeout = TimeSpan.Zero });
        Throws(new() { Subprotocols = ["a", "a"] });
        Should.Throw<ArgumentException>(() => { _ = WebSocketClientConnector.ConnectAsync("ws://host/#"); });

        static void Throws(WebSocketConnectOptions options) =>
            Should.Throw<ArgumentException>(() => { _ = WebSocketClientConnector.ConnectAsync("ws://127.0.0.1:9/", options); });
    }

    private static Task<WebSocketServer> EchoServerAsync(string url, X509Certificate2? certificate = null) => WebSocketServer.StartAsync(
        url,
        async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
                await ws.SendAsync(m);
        },
        new WebSocketServerOptions { Certificate = certificate });

    /// <summary>An app that serves WebSockets over HTTP/2 without TLS: by Hutong, and by ASP.NET Core's own middleware.</summary>
    private static async Task<WebApplication> Http2AppAsync(HttpProtocols protocols)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var app = builder.Build();
        app.UseWebSockets();
        app.MapWebSocket(
            "/hutong",
            async ws =>
            {
                await foreach (var m in ws.ReadAllAsync())
                    await ws.SendAsync(m);
            },
            new WebSocketEndpointOptions { Subprotocols = ["chat"] });
        app.Map("/aspnet", AspNetEchoAsync);
        await app.StartAsync();
        return app;
    }

    private static async Task AspNetEchoAsync(HttpContext context)
    {
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) || context.Request.Method != "CONNECT")
            throw new InvalidOperationException("not an extended CONNECT");
        using var ws = await context.WebSockets.AcceptWebSocketAsync("chat");
        byte[] buffer = new byte[1 << 20];
        while (true)
        {
            var result = await ws.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == System.Net.WebSockets.WebSocketMessageType.Close)
                break;
            await ws.SendAsync(buffer.AsMemory(0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }

        await ws.CloseAsync(ws.CloseStatus!.Value, ws.CloseStatusDescription, CancellationToken.None);
    }

    private static async Task<string> EchoAsync(WebSocketConnection connection, string text)
    {
        await connection.SendAsync(text);
        await foreach (var message in connection.ReadAllAsync(Await.Token))
            return message.Text;
        throw new InvalidOperationException($"the connection ended: {await connection.Closed}");
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
