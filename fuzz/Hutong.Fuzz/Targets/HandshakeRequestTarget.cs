using System.Security.Cryptography;
using System.Text;

namespace Hutong.Fuzz;

/// <summary>Any header lines: a documented error with its HTTP status, or an agreement that keeps to the request and the policy.</summary>
public static class HandshakeRequestTarget
{
    private static readonly HandshakePolicy Policy = new()
    {
        Origins = OriginPolicy.Allow("http://localhost:3000", "https://*.example.com"),
        Subprotocols = ["chat", "superchat"],
        Extensions = [new NamedExtension("x-a"), new NamedExtension("x-b")],
    };

    public static byte[] Generate(Random random) => TextGenerator.Lines(
        random,
        ("Upgrade", TextGenerator.Pick(random, "websocket", "WebSocket", "h2c, websocket", "web socket", "")),
        ("Connection", TextGenerator.Pick(random, "Upgrade", "keep-alive, upgrade", "close", ",,upgrade,")),
        ("Sec-WebSocket-Version", TextGenerator.Pick(random, "13", " 13 ", "8", "13, 8", "013", "+13")),
        ("Sec-WebSocket-Key", TextGenerator.Pick(random, "dGhlIHNhbXBsZSBub25jZQ==", "AQIDBAUGBwgJCgsMDQ4PEC==", "dGhlIHNhbXBsZSBub25jZQ", "dGhl IHNhbXBsZSBub25jZQ==", "AAAAAAAAAAAAAAAAAAAAAAA=")),
        ("Origin", TextGenerator.Pick(random, "https://example.com", "http://localhost:3000", "null", "https://a.example.com", "https://evil-example.com", "junk")),
        ("Sec-WebSocket-Protocol", TextGenerator.Pick(random, "chat", "superchat, chat", "x, y", "chat, chat", "a b", "")),
        ("Sec-WebSocket-Extensions", TextGenerator.Extensions(random)));

    public static void Run(ReadOnlySpan<byte> data)
    {
        var headers = HeaderText.Parse(data);
        var result = OpeningHandshake.CheckRequest(new HandshakeRequest("GET", true, "https://example.com", headers), Policy);
        if (result.Error is { } error)
        {
            Claim.That(HandshakeError.All.Contains(error) && error.StatusCode is >= 400 and < 500, $"a documented error: {error}");
            Claim.That(result.Accept is null && result.Subprotocol is null && result.Extensions is null && result.Transform is null, "nothing is agreed with an error");
            return;
        }

        string key = headers["Sec-WebSocket-Key"]!.Trim();
        Claim.Same(16, Convert.FromBase64String(key).Length, "the key's bytes");
#pragma warning disable CA5350 // SHA-1 is the RFC's choice.
        string accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        Claim.Same(accept, result.Accept, "Accept");
        Claim.Same("13", headers["Sec-WebSocket-Version"]?.Trim(), "the version");
        Claim.That(HasToken(headers["Upgrade"], "websocket") && HasToken(headers["Connection"], "upgrade"), "an upgrade was asked for");
        var offered = headers["Sec-WebSocket-Protocol"]?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        Claim.Same(offered.FirstOrDefault(p => Policy.Subprotocols.Contains(p, StringComparer.Ordinal)), result.Subprotocol, "Subprotocol");
        Claim.Same(result.Extensions is null, result.Transform is null, "an extension has a transform");
    }

    private static bool HasToken(string? list, string token) =>
        list?.Split(',', StringSplitOptions.TrimEntries).Any(i => i.Length == token.Length && Ascii.EqualsIgnoreCase(i, token)) == true;
}
