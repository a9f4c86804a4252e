using System.Text;

namespace Hutong.Server.Tests.Support;

/// <summary>The head of an opening handshake as text, with what a test wants to be different.</summary>
internal static class Head
{
    // The key and the answer of RFC 6455 §1.3.
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /// <param name="path">The path, with its query.</param>
    /// <param name="changes">Header lines; one takes the place of the usual ones of its name, and <c>-Name</c> leaves those out.</param>
    public static string Of(string path = "/ws", params string[] changes) => With("GET", path, "HTTP/1.1", changes);

    public static string With(string method, string path, string version, params string[] changes)
    {
        string[] usual =
        [
            "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Key: {Key}", "Sec-WebSocket-Version: 13",
        ];
        var changed = changes.Select(c => Name(c.TrimStart('-'))).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var lines = usual.Where(l => !changed.Contains(Name(l))).Concat(changes.Where(c => c[0] != '-'));
        return $"{method} {path} {version}\r\n{string.Concat(lines.Select(l => l + "\r\n"))}\r\n";
    }

    public static byte[] Bytes(string head) => Encoding.Latin1.GetBytes(head);

    static string Name(string line) => line.Split(':')[0];
}
