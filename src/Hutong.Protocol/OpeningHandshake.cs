using System.Security.Cryptography;
using System.Text;

namespace Hutong.Protocol;

/// <summary>
/// The opening handshake over HTTP/1.1 (RFC 6455 §4), both sides, without I/O: headers in, a verdict and headers out. What the peer
/// did wrong is a value.
/// </summary>
public static partial class OpeningHandshake
{
    /// <summary>The version of the protocol that is served: 13 (RFC 6455 §4.1).</summary>
    public const string Version = "13";

    private const int KeyBytes = 16;
    private const int KeyLength = 24;

    /// <summary>The answer to a key: base64 of the SHA-1 of the key and the RFC's GUID (RFC 6455 §4.2.2).</summary>
    /// <param name="key">The value of <c>Sec-WebSocket-Key</c>.</param>
    public static string ComputeAccept(string key)
    {
        Span<byte> text = stackalloc byte[KeyLength + 36];
        if (key.Length != KeyLength || !Ascii.IsValid(key))
            throw new ArgumentException("A key has 24 ASCII characters.", nameof(key));
        Encoding.ASCII.GetBytes(key, text);
        "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8.CopyTo(text[KeyLength..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // SHA-1 is what the RFC asks for; nothing secret hangs on it (RFC 6455 §10.8).
        SHA1.HashData(text, hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    /// <summary>A fresh key: base64 of 16 random bytes (RFC 6455 §4.1).</summary>
    public static string CreateKey()
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(bytes);
        return Convert.ToBase64String(bytes);
    }

    private static bool IsKey(string? key)
    {
        // The decoder skips white space; but 16 bytes take all 24 characters, so there is no room for any.
        Span<byte> bytes = stackalloc byte[KeyBytes + 2];
        return key is { Length: KeyLength } && Convert.TryFromBase64String(key, bytes, out int length) && length == KeyBytes;
    }
}
