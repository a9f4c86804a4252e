using Hutong.Protocol.Internal;

namespace Hutong.Protocol;

/// <content>The client's side (RFC 6455 §4.1).</content>
public static partial class OpeningHandshake
{
    /// <summary>The headers of a request, apart from <c>Host</c>.</summary>
    /// <param name="key">A key from <see cref="CreateKey"/>, used once.</param>
    /// <param name="offer">What to ask for.</param>
    /// <exception cref="ArgumentException">A subprotocol is not a token, or stands twice.</exception>
    public static IEnumerable<KeyValuePair<string, string>> CreateRequestHeaders(string key, HandshakeOffer offer)
    {
        if (!offer.Subprotocols.All(p => HeaderScanner.IsToken(p)) || offer.Subprotocols.Distinct(StringComparer.Ordinal).Count() != offer.Subprotocols.Count)
            throw new ArgumentException("Subprotocols are different tokens.", nameof(offer));
        var headers = new List<KeyValuePair<string, string>>
        {
            new(HandshakeHeaderNames.Connection, "Upgrade"),
            new(HandshakeHeaderNames.Upgrade, "websocket"),
            new(HandshakeHeaderNames.Version, Version),
            new(HandshakeHeaderNames.Key, key),
        };
        if (offer.Subprotocols.Count > 0)
            headers.Add(new(HandshakeHeaderNames.Protocol, string.Join(", ", offer.Subprotocols)));
        var extensions = offer.Extensions.SelectMany(e => e.CreateOffers()).ToList();
        if (extensions.Count > 0)
            headers.Add(new(HandshakeHeaderNames.Extensions, string.Join(", ", extensions)));
        return headers;
    }

    /// <summary>Judges the server's response.</summary>
    /// <param name="statusCode">Its HTTP status.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="key">The key that was sent.</param>
    /// <param name="offer">What was asked for.</param>
    /// <returns>What was agreed, or an error: then fail the connection.</returns>
    public static HandshakeResult CheckResponse(int statusCode, IHandshakeHeaders headers, string key, HandshakeOffer offer)
    {
        if (statusCode != 101)
            return HandshakeResult.Fail(HandshakeError.UnexpectedStatus);
        if (!string.Equals(headers[HandshakeHeaderNames.Upgrade]?.Trim(), "websocket", StringComparison.OrdinalIgnoreCase))
            return HandshakeResult.Fail(HandshakeError.Upgrade);
        if (!HeaderScanner.ListContains(headers[HandshakeHeaderNames.Connection], "upgrade"))
            return HandshakeResult.Fail(HandshakeError.Connection);
        if (headers[HandshakeHeaderNames.Accept]?.Trim() != ComputeAccept(key))
            return HandshakeResult.Fail(HandshakeError.Accept);
        return CheckAgreement(headers, offer);
    }

    /// <summary>The headers of an extended CONNECT request (RFC 8441 §5): as for HTTP/1.1, without an upgrade and without a key.</summary>
    /// <param name="offer">What to ask for.</param>
    /// <exception cref="ArgumentException">A subprotocol is not a token, or stands twice.</exception>
    public static IEnumerable<KeyValuePair<string, string>> CreateConnectHeaders(HandshakeOffer offer) =>
        CreateRequestHeaders("", offer).Where(h => h.Key is not (HandshakeHeaderNames.Connection or HandshakeHeaderNames.Upgrade or HandshakeHeaderNames.Key));

    /// <summary>Judges the server's response to an extended CONNECT request (RFC 8441 §5): any 2xx, and no accept key.</summary>
    /// <param name="statusCode">Its HTTP status.</param>
    /// <param name="headers">Its headers.</param>
    /// <param name="offer">What was asked for.</param>
    /// <returns>What was agreed, or an error: then fail the connection.</returns>
    public static HandshakeResult CheckConnectResponse(int statusCode, IHandshakeHeaders headers, HandshakeOffer offer) =>
        statusCode is >= 200 and <= 299 ? CheckAgreement(headers, offer) : HandshakeResult.Fail(HandshakeError.UnexpectedStatus);

    private static HandshakeResult CheckAgreement(IHandshakeHeaders headers, HandshakeOffer offer)
    {
        string? subprotocol = headers[HandshakeHeaderNames.Protocol]?.Trim();
        if (subprotocol is not null && !offer.Subprotocols.Contains(subprotocol, StringComparer.Ordinal))
            return HandshakeResult.Fail(HandshakeError.UnrequestedSubprotocol);
        string? extensions = headers[HandshakeHeaderNames.Extensions];
        if (!TryConfirm(extensions, offer.Extensions, out var transform))
            return HandshakeResult.Fail(HandshakeError.UnrequestedExtension);
        return HandshakeResult.Succeed(accept: null, subprotocol, extensions, transform);
    }

    private static bool TryConfirm(string? response, IReadOnlyList<IExtension> offered, out IMessageTransform? transform)
    {
        transform = null;
        if (response is null)
            return true;
        if (!ExtensionParameters.TryParseList(response, out var chosen) || chosen.Count != 1)
            return false;
        var extension = offered.FirstOrDefault(e => e.Name == chosen[0].Name);
        return extension is not null && extension.TryConfirm(chosen[0], out transform);
    }
}
