using System.Text;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Hutong.Fuzz;

/// <summary>Whatever the short way of the server accepts as an upgrade request, Kestrel accepts as that one request, and reads the same in it.</summary>
public static class UpgradeRequestHeadTarget
{
    private const int UsualOthers = 10;

    private static readonly PlainRoute AnyPath = PlainRoute.From("/{**path}")!;
    private static readonly NoScopes Scopes = new();
    private static readonly TextCache Texts = new();

    // The first of them are usual.
    private static readonly string[] Others =
    [
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64)", "Accept: */*", "Accept-Encoding: gzip, deflate, br", "Cookie: a=1; b=\"2\"", "Authorization: Bearer a.b-c_d",
        "Pragma: no-cache", "Cache-Control: no-cache", "Sec-WebSocket-Protocol: chat, superchat", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
        "Origin: http://example.com", "X-Empty:", "X-Colon: a:b: c", "X: ~", "x!#$%&'*+-.^_`|~: token", "X-Tab: a\tb", "Keep-Alive: 5", "Proxy-Connection: close",
        "X-Forwarded-For: 10.0.0.1", "Forwarded: for=10.0.0.1;proto=https", "Upgrade-Insecure-Requests: 1", "Content-Type: text/plain", "Content-Encoding: gzip",
        "Content-Length: 0", "Content-Length: 5", "Content-Length: x", "Transfer-Encoding: chunked", "transfer-encoding: identity", "Expect: 100-continue", "TE: trailers",
        "Trailer: X", "HTTP2-Settings: AAMAAABkAAQAAP__", "Connection: close", "connection: keep-alive", "Upgrade: h2c", "Host: other", ":path: /x", ":authority: x", "Range: bytes=0-",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Content_Length: 5", "X-HTTP-Method-Override: POST", "Alt-Used: x", "If-Match: *",
    ];

    public static byte[] Generate(Random random)
    {
        var lines = new List<string>
        {
            "Host: " + Mostly(random, "example.com", "localhost:8080", "127.0.0.1:80", "[::1]:5", "[::1]", "EXAMPLE.com", "a_b.c", "xn--4ca.de", "a.XN--4ca", "", "a:", "a:b", "a:123456",
                "[::1", "::1", "[]", "[:]", "[fe80::1%25eth0]", "a,b", "a b", "user@host", "a/b", "a:0", "a:65536", "..", "-", "[1.2.3.4]:1", "a--b.xn-c", "xn-", "--", "[v1.a]"),
            "Upgrade: " + Mostly(random, "websocket", "WebSocket", "WEBSOCKET", "websocket, h2c", "h2c", "websocket/13", ""),
            "Connection: " + Mostly(random, "Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade, keep-alive", "close", "Upgrade, close", "upgrade,", "keep-alive,Upgrade", "Upgrade, Upgrade"),
            "Sec-WebSocket-Key: " + Mostly(random, "dGhlIHNhbXBsZSBub25jZQ==", "AQIDBAUGBwgJCgsMDQ4PEC==", "dGhlIHNhbXBsZSBub25jZQ"),
            "Sec-WebSocket-Version: " + Mostly(random, "13", "8", "13, 8", "13 "),
        };
        for (int more = random.Next(5); more > 0; more--)
            lines.Insert(random.Next(lines.Count + 1), Others[random.Next(12) != 0 ? random.Next(UsualOthers) : random.Next(Others.Length)]);
        if (random.Next(50) == 0)
            lines.Add(lines[random.Next(lines.Count)]);
        if (random.Next(200) == 0)
            lines.AddRange(Enumerable.Range(0, random.Next(120)).Select(i => $"X-{i}: {i}"));
        if (random.Next(200) == 0)
            lines.Add("X-Long: " + new string('x', random.Next(10_000)));
        if (random.Next(4) == 0)
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(lines));

        var text = new StringBuilder(Mostly(random, "GET ", "get ", "POST ", "GET  ", "\r\nGET ", " GET ", "GET\t", "CONNECT ", "HEAD "));
        text.Append(Path(random)).Append(Mostly(random, " HTTP/1.1", " HTTP/1.0", " HTTP/2", " http/1.1", "  HTTP/1.1", " HTTP/1.1 ", " HTTP/1.2", ""));
        AppendEnd(random, text);
        foreach (string line in lines)
        {
            text.Append(random.Next(60) == 0 ? Disfigure(random, line) : line);
            AppendEnd(random, text);
        }

        AppendEnd(random, text);
        if (random.Next(2) == 0)
            text.Append(Mostly(random, "\u0001\u0080\0\0\0\0", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\r\n\r\n", "\n"));
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public static void Run(ReadOnlySpan<byte> data) => _ = Accepts(data);

    /// <summary>Compares the two readings of an input.</summary>
    /// <returns>Whether the short way accepts it.</returns>
    public static bool Accepts(ReadOnlySpan<byte> data)
    {
        if (!UpgradeRequestHead.TryParse(data, out var head))
            return false;
        var kestrel = KestrelJudge.Shared.Read(data);
        Claim.Same(1, kestrel.Requests, "the number of requests");
        Claim.That(kestrel.IsUpgradable, "Kestrel can upgrade it");
        var theirs = kestrel.Request.Request;
        Claim.Same("GET", theirs.Method, "the method");
        Claim.Same("HTTP/1.1", theirs.Protocol, "the version");
        Claim.Same(Text(head.Path) + Text(head.Query), kestrel.RawTarget, "the target");
        Claim.Same(theirs.Path.Value, Text(head.Path), "the path");
        Claim.Same(theirs.QueryString.Value, Text(head.Query), "the query");
        Claim.Same(theirs.Host.Value, Text(head.Host), "the host");
        Claim.Same(Convert.ToHexString(kestrel.Rest), Convert.ToHexString(data[head.Length..]), "what follows");
        Claim.Same(theirs.Headers.Count, head.HeaderCount, "the number of headers");
        for (int i = 0; i < head.HeaderCount; i++)
            Claim.SameList(Lines(theirs.Headers[Text(head.Name(i))]), [Text(head.Value(i))], $"the header {Text(head.Name(i))}");

        CompareRequests(new WebSocketRequest(kestrel.Request, Texts, Scopes), Fast(head), theirs.Headers.Keys);
        return true;
    }

    private static void CompareRequests(WebSocketRequest expected, WebSocketRequest actual, IEnumerable<string> names)
    {
        Claim.Same(expected.Scheme, actual.Scheme, "Scheme");
        Claim.Same(expected.Host, actual.Host, "Host");
        Claim.Same(expected.Path, actual.Path, "Path");
        Claim.SameList([.. expected.Query.Select(q => $"{q.Key}={q.Value}")], [.. actual.Query.Select(q => $"{q.Key}={q.Value}")], "Query");
        foreach (string name in names.Append("absent"))
            Claim.SameList(Lines(expected.Header(name)), Lines(actual.Header(name)), $"Header {name}");
    }

    private static WebSocketRequest Fast(in UpgradeRequestHead head) =>
        new(head, Text(head.Host), Text(head.Path), AnyPath, local: null, remote: null, Scopes);

    private static string Path(Random random)
    {
        if (random.Next(4) != 0)
            return Mostly(random, "/chat", "/", "/a/b?x=1", "/chat?");
        string[] parts = ["/", "a", "chat", ".", "..", "/.", "%2e", "%", "?", "&", "=", "#", "~", "-", "_", ";", "@", ":", "//", "\\", "*", "é", "\0", "+", "x=1", "http://a"];
        var path = new StringBuilder(random.Next(20) == 0 ? "" : "/");
        for (int i = random.Next(6); i > 0; i--)
            path.Append(parts[random.Next(parts.Length)]);
        return path.ToString();
    }

    /// <summary>Nearly always the first, else any: a head has many places, and one damage is enough.</summary>
    private static string Mostly(Random random, params ReadOnlySpan<string> choices) =>
        random.Next(40) != 0 ? choices[0] : choices[random.Next(choices.Length)];

    private static void AppendEnd(Random random, StringBuilder text)
    {
        string[] ends = ["\n", "\r", "\r\r\n", "\r\n ", "\r\n\t", " \r\n", "\t\r\n", "\n\r\n", "\r\n\r\n", "\0\r\n", "\v\r\n"];
        text.Append(random.Next(300) == 0 ? ends[random.Next(ends.Length)] : "\r\n");
    }

    private static string Disfigure(Random random, string line)
    {
        int colon = Math.Max(line.IndexOf(": ", StringComparison.Ordinal), 0);
        return random.Next(8) switch
        {
            0 => line.ToUpperInvariant(),
            1 => line.ToLowerInvariant(),
            2 => line.Insert(colon, " "),
            3 => line.Insert(colon + 1, random.Next(2) == 0 ? " " : "\t"),
            4 => line.Remove(Math.Min(colon + 1, line.Length - 1), 1),
            5 => line + " ",
            6 => " " + line,
            _ => line.Replace('-', '_'),
        };
    }

    private static string[] Lines(StringValues values) => [.. values.Select(v => v ?? "")];

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private sealed class NoScopes : IServiceScopeFactory
    {
        public IServiceScope CreateScope() => throw new NotSupportedException();
    }
}
