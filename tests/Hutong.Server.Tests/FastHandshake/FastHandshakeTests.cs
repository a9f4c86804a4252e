using System.Buffers;
using System.Net;
using System.Text;
using Hutong.Protocol;
using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Handshake = Hutong.Server.Internal.FastHandshake;

namespace Hutong.Server.Tests.FastHandshake;

public class FastHandshakeTests
{
    const string AnyPath = "/{**path}";

    static readonly IPEndPoint Local = new(IPAddress.Loopback, 80);
    static readonly IPEndPoint Remote = new(IPAddress.Loopback, 54321);

    static readonly WebSocketEndpointOptions Options = new()
    {
        AllowedOrigins = ["http://friend.example"],
        Subprotocols = ["chat", "superchat"],
        Extensions = [new PerMessageDeflate(new PerMessageDeflateOptions())],
    };

    [Theory]
    [InlineData]
    [InlineData("Sec-WebSocket-Protocol: superchat, chat")]
    [InlineData("Sec-WebSocket-Protocol: other")]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")]
    [InlineData("Sec-WebSocket-Extensions: other", "Origin: http://127.0.0.1", "Connection: keep-alive, Upgrade")]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: chat", "Origin: http://friend.example")]
    public async Task TryAnswer_UsualRequest_IsAnsweredAsTheUsualWayDoes(params string[] changes)
    {
        await using var server = await WebSocketServer.StartAsync("ws://127.0.0.1:0", Handlers.Echo, new WebSocketServerOptions { Endpoint = Options });
        await using var peer = await WirePeer.ConnectAsync(server.Url.Port);
        byte[] request = Head.Bytes(Head.Of("/ws", changes));
        await peer.SendAsync(request);
        string expected = await ReadHeadAsync(peer.Stream);

        TryAnswer(request, AnyPath, out string answer, out var accepted).ShouldBeTrue();

        answer.ShouldBe(string.Join("\r\n", expected.Split("\r\n").Where(l => !l.StartsWith("Date:", StringComparison.Ordinal))));
        answer.ShouldEndWith("\r\n\r\n");
        accepted.HeadLength.ShouldBe(request.Length);
        (accepted.Transform is not null).ShouldBe(answer.Contains("permessage-deflate", StringComparison.Ordinal));
        accepted.Transform?.Dispose();
    }

    [Theory]
    [InlineData("Origin: http://evil.example")]
    [InlineData("Origin: null")]
    [InlineData("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("Sec-WebSocket-Key: dGhl!HNhbXBsZSBub25jZQ==")]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Protocol: a b")]
    [InlineData("Sec-WebSocket-Extensions: =")]
    [InlineData("Content-Length: 0")]
    public void TryAnswer_WhatIsToBeRefused_IsLeftToKestrel(string change)
    {
        TryAnswer(Head.Bytes(Head.Of("/ws", change)), AnyPath, out string answer, out _).ShouldBeFalse();
        answer.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/chat", "/chat", true)]
    [InlineData("/chat", "/other", false)]
    [InlineData("/rooms/{room}", "/rooms/blue", true)]
    [InlineData("/rooms/{room:int}", "/rooms/1", false)]
    public void TryAnswer_Route_IsMatched(string route, string path, bool answered) =>
        TryAnswer(Head.Bytes(Head.Of(path)), route, out _, out _).ShouldBe(answered);

    [Fact]
    public void TryAnswer_Request_TellsWhatAHandlerMayAsk()
    {
        byte[] bytes = Head.Bytes(Head.Of(
            "/rooms/blue?a=1&b=x", "Cookie: k=v; l=w", "User-Agent: test", "Connection: keep-alive, Upgrade", "Origin: http://127.0.0.1", "Sec-WebSocket-Protocol: chat"));
        TryAnswer([.. bytes, 0x81], "/rooms/{room}", out _, out var accepted).ShouldBeTrue();

        accepted.HeadLength.ShouldBe(bytes.Length);
        accepted.Subprotocol.ShouldBe("chat");
        var request = accepted.Request;
        (request.Scheme, request.Host, request.Path).ShouldBe(("ws", "127.0.0.1", "/rooms/blue"));
        request.Query["a"].ToString().ShouldBe("1");
        request.Query["b"].ToString().ShouldBe("x");
        request.RouteValues["ROOM"].ShouldBe("blue");
        request.RouteValues.ShouldBeSameAs(request.RouteValues);
        (request.LocalEndPoint, request.RemoteEndPoint).ShouldBe((Local, Remote));
        request.User.Identity!.IsAuthenticated.ShouldBeFalse();
        request.User.ShouldBeSameAs(request.User);
        request.Id.ShouldMatch("^[0-9A-V]{13}:[0-9A-F]{8}$");
        request.Id.ShouldBeSameAs(request.Id);
        request.Header("cookie").ToString().ShouldBe("k=v; l=w");
        request.Header("Host").ToString().ShouldBe("127.0.0.1");
        request.Header("User-Agent").ToString().ShouldBe("test");
        request.Header("Origin").ToString().ShouldBe("http://127.0.0.1");
        request.Header("Connection").ToString().ShouldBe("keep-alive, Upgrade");
        request.Header("Upgrade").ToString().ShouldBe("websocket");
        request.Header("Sec-WebSocket-Version").ToString().ShouldBe("13");
        request.Header("Sec-WebSocket-Protocol").ToString().ShouldBe("chat");
        request.Header("Sec-WebSocket-Key").Count.ShouldBe(0);
        request.Header("absent").Count.ShouldBe(0);
        request.Header("é").Count.ShouldBe(0);
    }

    [Fact]
    public async Task TryAnswer_Request_HasServicesForItsTime()
    {
        TryAnswer(Head.Bytes(Head.Of()), AnyPath, out _, out var accepted).ShouldBeTrue();
        var service = accepted.Request.Services.GetRequiredService<Scoped>();
        accepted.Request.Services.GetRequiredService<Scoped>().ShouldBeSameAs(service);
        await accepted.Request.DisposeScopeAsync();
        service.IsDisposed.ShouldBeTrue();
        Should.Throw<ObjectDisposedException>(() => accepted.Request.Services);
    }

    [Fact]
    public void TryAnswer_ManyRequests_ShareTheirTexts()
    {
        var handshake = Create(AnyPath);
        var (first, second) = (Request(handshake), Request(handshake));
        second.Host.ShouldBeSameAs(first.Host);
        second.Path.ShouldBeSameAs(first.Path);
        (second.Id == first.Id).ShouldBeFalse();

        static WebSocketRequest Request(Handshake handshake)
        {
            handshake.TryAnswer(Head.Bytes(Head.Of("/some/where", "Host: example.com:8080")), Local, Remote, new ArrayBufferWriter<byte>(), out var accepted).ShouldBeTrue();
            return accepted.Request;
        }
    }

    [Theory]
    [InlineData(160)]
    [InlineData(500, "Origin: http://127.0.0.1", "Cache-Control: no-cache", "Accept-Encoding: gzip, deflate, br", "Cookie: session=0123456789abcdef0123456789abcdef",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36", "Accept-Language: en-GB,en;q=0.9",
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits", "Pragma: no-cache")]
    public void TryAnswer_Request_IsSmall(int most, params string[] changes)
    {
        byte[] bytes = Head.Bytes(Head.Of("/chat", changes));
        var route = PlainRoute.From("/chat")!;
        var scopes = Scopes();
        UpgradeRequestHead.TryParse(bytes, out var head).ShouldBeTrue();
        long least = long.MaxValue;
        for (int i = 0; i < 50; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            _ = new WebSocketRequest(head, "127.0.0.1", "/chat", route, Local, Remote, scopes);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        TestContext.Current.SendDiagnosticMessage($"{least} bytes for a request");
        least.ShouldBeLessThanOrEqualTo(most);
    }

    static bool TryAnswer(byte[] received, string route, out string answer, out AcceptedHandshake accepted)
    {
        var response = new ArrayBufferWriter<byte>();
        bool answered = Create(route).TryAnswer(received, Local, Remote, response, out accepted);
        answer = Encoding.ASCII.GetString(response.WrittenSpan);
        return answered;
    }

    static Handshake Create(string route) => new(Options.ToPolicy(), route, Scopes());

    static IServiceScopeFactory Scopes() =>
        new ServiceCollection().AddScoped<Scoped>().BuildServiceProvider().GetRequiredService<IServiceScopeFactory>();

    static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, Patience.Token());
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    sealed class Scoped : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
