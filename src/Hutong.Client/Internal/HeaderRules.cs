using System.Buffers;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>What may stand in the head of a request or response (RFC 9110 §5).</summary>
internal static class HeaderRules
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly string[] OfTheHandshake =
    [
        HandshakeHeaderNames.Connection, HandshakeHeaderNames.Upgrade, HandshakeHeaderNames.Key, HandshakeHeaderNames.Version,
        HandshakeHeaderNames.Accept, HandshakeHeaderNames.Protocol, HandshakeHeaderNames.Extensions, "Content-Length", "Transfer-Encoding",
    ];

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    public static bool BelongsToHandshake(string name) => OfTheHandshake.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a header must not follow a redirect to another origin.</summary>
    public static bool IsSecret(string name) =>
        name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) || name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)
        || name.Equals("Proxy-Authorization", StringComparison.OrdinalIgnoreCase);
}
