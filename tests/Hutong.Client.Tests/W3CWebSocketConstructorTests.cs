using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>What the constructor accepts (WHATWG WebSockets §3.1). Port 9 of this machine answers to nobody.</summary>
public class W3CWebSocketConstructorTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/relative")]
    [InlineData("relative")]
    [InlineData("//host/path")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("about:blank")]
    [InlineData("mailto:a@b")]
    [InlineData("ws://")]
    [InlineData("ws://127.0.0.1:99999/")]
    [InlineData("ws://127.0.0.1:9/#")]
    [InlineData("ws://127.0.0.1:9/#part")]
    [InlineData("ws://127.0.0.1:9/?q=1#part")]
    [InlineData("http://127.0.0.1:9/#")]
    public void Constructor_ABadUrl_ThrowsSyntaxError(string url) => Should.Throw<W3CSyntaxException>(() => new W3CWebSocket(url));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("é")]
    [InlineData("a\r\nX: y")]
    [InlineData("chat", "chat")]
    public void Constructor_BadSubprotocols_ThrowsSyntaxError(params string[] protocols) =>
        Should.Throw<W3CSyntaxException>(() => new W3CWebSocket("ws://127.0.0.1:9/", protocols));

    [Theory]
    [InlineData("ws://127.0.0.1:9", "ws://127.0.0.1:9/")]
    [InlineData("WS://LOCALHOST:9/A?b=c", "ws://localhost:9/A?b=c")]
    [InlineData("http://127.0.0.1:9/x", "ws://127.0.0.1:9/x")]
    [InlineData("https://127.0.0.1:9/x", "wss://127.0.0.1:9/x")]
    [InlineData("ws://[::1]:9/x y", "ws://[::1]:9/x%20y")]
    [InlineData("ws://u:p@127.0.0.1:9/", "ws://u:p@127.0.0.1:9/")]
    public async Task Url_OfAGoodUrl_IsNormalized(string url, string expected)
    {
        await using var socket = new W3CWebSocket(url);

        socket.Url.ShouldBe(expected);
        socket.Protocol.ShouldBe("");
        socket.Extensions.ShouldBe("");
        socket.BufferedAmount.ShouldBe(0);
        socket.BinaryType.ShouldBe(BinaryType.Bytes);
        socket.ReadyState.ShouldBeOneOf(ReadyState.Connecting, ReadyState.Closed);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:80/", "ws://127.0.0.1/")]
    [InlineData("https://127.0.0.1:443/", "wss://127.0.0.1/")]
    [InlineData("http://127.0.0.1/", "ws://127.0.0.1/")]
    [InlineData("http://127.0.0.1:443/", "ws://127.0.0.1:443/")]
    public async Task Url_WithTheDefaultPort_HasNone(string url, string expected)
    {
        await using var socket = new W3CWebSocket(url);

        socket.Url.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Upgrade", "x")]
    [InlineData("sec-websocket-key", "x")]
    [InlineData("a b", "x")]
    [InlineData("X-Split", "a\r\nb: c")]
    [InlineData("X-Control", "a\0")]
    public void Constructor_AHeaderThatCannotBeSet_Throws(string name, string value) =>
        Should.Throw<ArgumentException>(() => new W3CWebSocket(
            "ws://127.0.0.1:9/", [], new W3CWebSocketOptions { Connect = new WebSocketConnectOptions { Headers = [new(name, value)] } }));
}
