using System.Text;
using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;

namespace Hutong.Server.Tests.FastHandshake;

public class UpgradeRequestHeadTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/chat")]
    [InlineData("/chat/")]
    [InlineData("/a/b-c_d~e.f")]
    [InlineData("/a?x=1&y=a,b;c:d@e/f?g+h")]
    public void TryParse_PlainTarget_IsSplit(string target)
    {
        UpgradeRequestHead.TryParse(Head.Bytes(Head.Of(target)), out var head).ShouldBeTrue();

        string[] parts = target.Split('?', 2);
        Text(head.Path).ShouldBe(parts[0]);
        Text(head.Query).ShouldBe(parts.Length == 1 ? "" : "?" + parts[1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("chat")]
    [InlineData("*")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("//")]
    [InlineData("/a//b")]
    [InlineData("/a/../b")]
    [InlineData("/./a")]
    [InlineData("/.well-known")]
    [InlineData("/a%20b")]
    [InlineData("/a?x=%20")]
    [InlineData("/a?")]
    [InlineData("/a#b")]
    [InlineData("/a;b")]
    [InlineData("/a\\b")]
    [InlineData("/é")]
    [InlineData("/a b")]
    [InlineData("/a?é")]
    [InlineData("/a\0")]
    public void TryParse_OtherTarget_IsRefused(string target) => Refused(Head.Of(target));

    [Theory]
    [InlineData("example.com")]
    [InlineData("EXAMPLE.com:8080")]
    [InlineData("a_b-c.d:1")]
    [InlineData("127.0.0.1:65535")]
    [InlineData("[::1]")]
    [InlineData("[fe80::a:b]:443")]
    public void TryParse_PlainHost_IsGiven(string host)
    {
        UpgradeRequestHead.TryParse(Head.Bytes(Head.Of("/", $"Host: {host}")), out var head).ShouldBeTrue();
        Text(head.Host).ShouldBe(host);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("a:")]
    [InlineData("a:b")]
    [InlineData("a:123456")]
    [InlineData("a:1:2")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]x")]
    [InlineData("[:1]")]
    [InlineData("[]")]
    [InlineData("[::]")]
    [InlineData("[1.2.3.4]")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("a,b")]
    [InlineData("user@a")]
    [InlineData("a/b")]
    [InlineData("xn--4ca.de")]
    [InlineData("a.XN--4ca.de")]
    [InlineData("é")]
    public void TryParse_OtherHost_IsRefused(string host) => Refused(Head.Of("/", $"Host: {host}"));

    [Theory]
    [InlineData("Connection: keep-alive, Upgrade")]
    [InlineData("connection: Upgrade, keep-alive")]
    [InlineData("CONNECTION: upgrade")]
    [InlineData("Upgrade: WebSocket")]
    [InlineData("Upgrade:websocket")]
    [InlineData("X-Mine: a:b  c\td~")]
    [InlineData("x!#$%&'*+-.^_`|~9: y")]
    [InlineData("Cookie: a=1; b=2")]
    [InlineData("Origin: http://127.0.0.1")]
    [InlineData("Content-Type: text/plain")]
    public void TryParse_UsualHeader_IsAccepted(string line) => UpgradeRequestHead.TryParse(Head.Bytes(Head.Of("/", line)), out _).ShouldBeTrue();

    [Theory]
    [InlineData("-Host")]
    [InlineData("-Connection")]
    [InlineData("-Upgrade")]
    [InlineData("-Sec-WebSocket-Key")]
    [InlineData("-Sec-WebSocket-Version")]
    [InlineData("Connection: close")]
    [InlineData("Connection: Upgrade, close")]
    [InlineData("Connection: keep-alive")]
    [InlineData("Connection: Upgrale")]
    [InlineData("Upgrade: h2c, websocket")]
    [InlineData("Sec-WebSocket-Version: 8")]
    [InlineData("Sec-WebSocket-Version: 13, 8")]
    [InlineData("Sec-WebSocket-Key: short")]
    [InlineData("Content-Length: 0")]
    [InlineData("content-length: 5")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("Expect: 100-continue")]
    [InlineData("TE: trailers")]
    [InlineData("Trailer: X")]
    [InlineData("HTTP2-Settings: AAMAAABk")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("tracestate: a=b")]
    [InlineData("baggage: a=b")]
    [InlineData("Request-Id: x")]
    [InlineData("Correlation-Context: a=b")]
    [InlineData("X-Empty:")]
    [InlineData("X-Empty: ")]
    [InlineData("X-Two:  spaces")]
    [InlineData("X-Tab:\ttab")]
    [InlineData("X-End: space ")]
    [InlineData("X-End: tab\t")]
    [InlineData(" X: folded")]
    [InlineData("X : space")]
    [InlineData("X")]
    [InlineData(": no name")]
    [InlineData("X(Y): no token")]
    [InlineData("X: é")]
    [InlineData("X: \0")]
    [InlineData("X: \v")]
    [InlineData("X: \u007F")]
    [InlineData("X: a\rb")]
    [InlineData("X: a\nY: b")]
    [InlineData("X: a\r\n folded")]
    public void TryParse_UnusualHeader_IsRefused(string change) => Refused(Head.Of("/", change));

    [Theory]
    [InlineData("Host: 127.0.0.1")]
    [InlineData("Upgrade: websocket")]
    [InlineData("connection: Upgrade")]
    [InlineData("Sec-WebSocket-Key: " + Head.Key)]
    [InlineData("Sec-WebSocket-Version: 13")]
    [InlineData("Cookie: b=2")]
    [InlineData("cookie: b=2")]
    [InlineData("X-Mine: 1")]
    public void TryParse_NameTwice_IsRefused(string line)
    {
        string head = Head.Of("/", "Cookie: a=1", "X-Mine: 1");
        Refused(head.Insert(head.IndexOf("\r\n", StringComparison.Ordinal), "\r\n" + line));
        Refused(head.Insert(head.Length - 2, line + "\r\n"));
    }

    [Theory]
    [InlineData("get", "HTTP/1.1")]
    [InlineData("POST", "HTTP/1.1")]
    [InlineData("CONNECT", "HTTP/1.1")]
    [InlineData("\r\nGET", "HTTP/1.1")]
    [InlineData(" GET", "HTTP/1.1")]
    [InlineData("GET ", "HTTP/1.1")]
    [InlineData("GET", "HTTP/1.0")]
    [InlineData("GET", "HTTP/2")]
    [InlineData("GET", "http/1.1")]
    [InlineData("GET", " HTTP/1.1")]
    [InlineData("GET", "HTTP/1.1 ")]
    [InlineData("GET", "")]
    public void TryParse_OtherRequestLine_IsRefused(string method, string version) => Refused(Head.With(method, "/", version));

    [Fact]
    public void TryParse_IncompleteHead_IsRefused()
    {
        byte[] bytes = Head.Bytes(Head.Of("/chat?x=1", "Cookie: a=1"));
        for (int length = 0; length < bytes.Length; length++)
            UpgradeRequestHead.TryParse(bytes.AsSpan(0, length), out _).ShouldBeFalse();
        UpgradeRequestHead.TryParse(bytes, out _).ShouldBeTrue();
    }

    [Fact]
    public void TryParse_BytesBehindTheHead_AreLeft()
    {
        byte[] bytes = Head.Bytes(Head.Of("/"));
        UpgradeRequestHead.TryParse([.. bytes, 0x81, 0x80, 0, 0, 0, 0], out var head).ShouldBeTrue();
        head.Length.ShouldBe(bytes.Length);
    }

    [Fact]
    public void TryParse_Limits_Hold()
    {
        int usual = Head.Of("/", "X: ").Length;
        UpgradeRequestHead.TryParse(Head.Bytes(Head.Of("/", "X: " + new string('x', UpgradeRequestHead.LongestHead - usual))), out var head).ShouldBeTrue();
        head.Length.ShouldBe(UpgradeRequestHead.LongestHead);
        Refused(Head.Of("/", "X: " + new string('x', UpgradeRequestHead.LongestHead - usual + 1)));

        string[] Lines(int count) => [.. Enumerable.Range(0, count - 5).Select(i => $"X-{i}: {i}")];
        UpgradeRequestHead.TryParse(Head.Bytes(Head.Of("/", Lines(UpgradeRequestHead.MaxHeaders))), out head).ShouldBeTrue();
        head.HeaderCount.ShouldBe(UpgradeRequestHead.MaxHeaders);
        Text(head.Name(63)).ShouldBe("X-58");
        Text(head.Value(63)).ShouldBe("58");
        Refused(Head.Of("/", Lines(UpgradeRequestHead.MaxHeaders + 1)));
    }

    [Fact]
    public void TryParse_AnyHead_AllocatesNothing()
    {
        byte[] accepted = Head.Bytes(Head.Of("/chat?x=1", "Cookie: a=1"));
        byte[] refused = Head.Bytes(Head.Of("/chat?x=1", "Content-Length: 0"));
        long least = long.MaxValue;
        for (int i = 0; i < 50; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool both = UpgradeRequestHead.TryParse(accepted, out _) & !UpgradeRequestHead.TryParse(refused, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            both.ShouldBeTrue();
        }

        least.ShouldBe(0);
    }

    static void Refused(string head) => UpgradeRequestHead.TryParse(Head.Bytes(head), out _).ShouldBeFalse();

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
