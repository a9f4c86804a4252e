using Hutong.Protocol.Internal;

namespace Hutong.Protocol;

/// <content>The server's side (RFC 6455 §4.2).</content>
public static partial class OpeningHandshake
{
    private const int MaxSubprotocols = 64;

    /// <summary>Judges a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="policy">What this server accepts.</param>
    /// <returns>
    /// The headers to answer with, or an error with its HTTP status. With every error about the version, and with 426, send
    /// <c>Sec-WebSocket-Version: 13</c> (RFC 6455 §4.4).
    /// </returns>
    public static HandshakeResult CheckRequest(in HandshakeRequest request, HandshakePolicy policy)
    {
        if ((CheckUpgrade(request) ?? CheckVersion(request)) is { } error)
            return HandshakeResult.Fail(error);
        string? key = request.Headers[HandshakeHeaderNames.Key]?.Trim();
        return IsKey(key) ? Choose(request, policy, ComputeAccept(key!)) : HandshakeResult.Fail(HandshakeError.Key);
    }

    /// <summary>
    /// Judges an extended CONNECT of HTTP/2 (RFC 8441 §5) whose <c>:protocol</c> is <c>websocket</c>: the same, without <c>Upgrade</c>,
    /// <c>Connection</c> and the key. The answer is 200.
    /// </summary>
    /// <param name="request">The request; its method and version are not looked at.</param>
    /// <param name="policy">What this server accepts.</param>
    /// <returns>As for <see cref="CheckRequest"/>, without an accept value.</returns>
    public static HandshakeResult CheckConnect(in HandshakeRequest request, HandshakePolicy policy) =>
        CheckVersion(request) is { } error ? HandshakeResult.Fail(error) : Choose(request, policy, accept: null);

    private static HandshakeError? CheckVersion(in HandshakeRequest request) => request.Headers[HandshakeHeaderNames.Version]?.Trim() switch
    {
        null => HandshakeError.VersionMissing,
        Version => null,
        _ => HandshakeError.Version,
    };

    /// <summary>What both kinds of request have in common: who asks, and for what.</summary>
    private static HandshakeResult Choose(in HandshakeRequest request, HandshakePolicy policy, string? accept)
    {
        var headers = request.Headers;
        if (!policy.Origins.IsAllowed(headers[HandshakeHeaderNames.Origin]?.Trim(), request.Origin))
            return HandshakeResult.Fail(HandshakeError.Origin);
        if (!TryChooseSubprotocol(headers[HandshakeHeaderNames.Protocol], policy.Subprotocols, out string? subprotocol))
            return HandshakeResult.Fail(HandshakeError.Subprotocols);
        if (!TryChooseExtension(headers[HandshakeHeaderNames.Extensions], policy.Extensions, out string? extension, out var transform))
            return HandshakeResult.Fail(HandshakeError.Extensions);
        return HandshakeResult.Succeed(accept, subprotocol, extension, transform);
    }

    private static HandshakeError? CheckUpgrade(in HandshakeRequest request)
    {
        var headers = request.Headers;
        if (!request.IsHttp11)
            return HandshakeError.HttpVersion;
        if (request.Method != "GET")
            return HandshakeError.Method;
        string? upgrade = headers[HandshakeHeaderNames.Upgrade];
        if (upgrade is null && headers[HandshakeHeaderNames.Key] is null && headers[HandshakeHeaderNames.Version] is null)
            return HandshakeError.UpgradeRequired;
        if (!HeaderScanner.ListContains(upgrade, "websocket"))
            return HandshakeError.Upgrade;
        return HeaderScanner.ListContains(headers[HandshakeHeaderNames.Connection], "upgrade") ? null : HandshakeError.Connection;
    }

    private static bool TryChooseSubprotocol(string? offered, IReadOnlyList<string> served, out string? chosen)
    {
        chosen = null;
        if (offered is null)
            return true;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var range in offered.AsSpan().Split(','))
        {
            string item = offered.AsSpan()[range].Trim(" \t").ToString();
            if (item.Length == 0)
                continue;
            if (!HeaderScanner.IsToken(item) || !seen.Add(item) || seen.Count > MaxSubprotocols)
                return false;
            if (chosen is null && served.Contains(item, StringComparer.Ordinal))
                chosen = item;
        }

        return seen.Count > 0;
    }

    private static bool TryChooseExtension(string? offered, IReadOnlyList<IExtension> served, out string? chosen, out IMessageTransform? transform)
    {
        chosen = null;
        transform = null;
        if (offered is null)
            return true;
        if (!ExtensionParameters.TryParseList(offered, out var offers))
            return false;
        // The client's order is its preference. RSV1 can belong to one extension only, so the first that fits is the one.
        foreach (var offer in offers)
        {
            foreach (var extension in served)
            {
                if (extension.Name == offer.Name && extension.TryAccept(offer, out var response, out transform))
                {
                    chosen = response.ToString();
                    return true;
                }
            }
        }

        transform = null;
        return true;
    }
}
