namespace Hutong.Fuzz;

/// <summary>Any header lines of a response: a documented error of the client's, or what was asked for and nothing else.</summary>
public static class HandshakeResponseTarget
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    private const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private static readonly HandshakeOffer Offer = new()
    {
        Subprotocols = ["chat", "superchat"],
        Extensions = [new NamedExtension("x-a"), new NamedExtension("x-b")],
    };

    public static byte[] Generate(Random random) => TextGenerator.Lines(
        random,
        ("Upgrade", TextGenerator.Pick(random, "websocket", "WebSocket", "h2c, websocket", "")),
        ("Connection", TextGenerator.Pick(random, "Upgrade", "keep-alive, upgrade", "close")),
        ("Sec-WebSocket-Accept", TextGenerator.Pick(random, Accept, $" {Accept} ", Key, "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
        ("Sec-WebSocket-Protocol", TextGenerator.Pick(random, "chat", "superchat", "Chat", "chat, superchat", "")),
        ("Sec-WebSocket-Extensions", random.Next(2) == 0 ? "x-a; ok" : TextGenerator.Extensions(random)));

    public static void Run(ReadOnlySpan<byte> data)
    {
        var headers = HeaderText.Parse(data);
        var result = OpeningHandshake.CheckResponse(101, headers, Key, Offer);
        if (result.Error is { } error)
        {
            Claim.That(HandshakeError.All.Contains(error), $"a documented error: {error}");
            Claim.That(result.Subprotocol is null && result.Extensions is null && result.Transform is null, "nothing is agreed with an error");
            return;
        }

        Claim.Same(Accept, headers["Sec-WebSocket-Accept"]?.Trim(), "Accept");
        Claim.That(result.Subprotocol is null || Offer.Subprotocols.Contains(result.Subprotocol, StringComparer.Ordinal), "the subprotocol was offered");
        Claim.Same(headers["Sec-WebSocket-Protocol"] is null, result.Subprotocol is null, "a subprotocol is not passed over");
        Claim.Same(headers["Sec-WebSocket-Extensions"] is null, result.Transform is null, "an extension is not passed over");
    }
}
