namespace Hutong.Protocol;

/// <summary>
/// Why an opening handshake failed: a value with a stable <see cref="Code"/> and a sentence. The set is closed; see
/// <c>docs/reference/errors.md</c>.
/// </summary>
public sealed class HandshakeError
{
    /// <summary>HTTP/1.0 or older (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError HttpVersion = new("http_version", 400, "A WebSocket needs HTTP/1.1 or later.");

    /// <summary>Another method than GET (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError Method = new("method_not_allowed", 405, "A WebSocket is opened with GET.");

    /// <summary>An ordinary request, with nothing of a WebSocket about it.</summary>
    public static readonly HandshakeError UpgradeRequired = new("upgrade_required", 426, "This address speaks WebSocket: send an Upgrade request.");

    /// <summary><c>Upgrade</c> is absent or does not name <c>websocket</c> (RFC 6455 §4.2.1).</summary>
    public static readonly HandshakeError Upgrade = new("invalid_upgrade", 400, "The Upgrade header does not name websocket.");

    /// <summary><c>Connection</c> is absent or does not name <c>Upgrade</c> (RFC 6455 §4.2.1).</summary>
    public static readonly HandshakeError Connection = new("invalid_connection", 400, "The Connection header does not name Upgrade.");

    /// <summary><c>Sec-WebSocket-Version</c> is absent (RFC 6455 §4.2.1).</summary>
    public static readonly HandshakeError VersionMissing = new("version_missing", 400, "The Sec-WebSocket-Version header is absent.");

    /// <summary>Another version than 13 (RFC 6455 §4.4).</summary>
    public static readonly HandshakeError Version = new("unsupported_version", 426, "Only version 13 of the WebSocket protocol is served.");

    /// <summary><c>Sec-WebSocket-Key</c> is absent or not base64 of 16 bytes (RFC 6455 §4.2.1).</summary>
    public static readonly HandshakeError Key = new("invalid_key", 400, "The Sec-WebSocket-Key header is not base64 of 16 bytes.");

    /// <summary>A page of an origin that is not allowed (RFC 6455 §10.2).</summary>
    public static readonly HandshakeError Origin = new("origin_not_allowed", 403, "Pages of this origin may not connect here.");

    /// <summary><c>Sec-WebSocket-Protocol</c> is not a list of different tokens (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError Subprotocols = new("invalid_subprotocols", 400, "The Sec-WebSocket-Protocol header is not a list of different tokens.");

    /// <summary><c>Sec-WebSocket-Extensions</c> breaks the grammar (RFC 6455 §9.1).</summary>
    public static readonly HandshakeError Extensions = new("invalid_extensions", 400, "The Sec-WebSocket-Extensions header is malformed.");

    /// <summary>Client: the server answered with another status than 101 (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError UnexpectedStatus = new("unexpected_status", 0, "The server did not switch protocols.");

    /// <summary>Client: the server's <c>Sec-WebSocket-Accept</c> is not the answer to the key (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError Accept = new("invalid_accept", 0, "The server's Sec-WebSocket-Accept does not answer the key.");

    /// <summary>Client: the server chose a subprotocol that was not offered (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError UnrequestedSubprotocol = new("unrequested_subprotocol", 0, "The server chose a subprotocol that was not offered.");

    /// <summary>Client: the server chose an extension that was not offered, or parameters that do not fit the offer (RFC 6455 §4.1).</summary>
    public static readonly HandshakeError UnrequestedExtension = new("unrequested_extension", 0, "The server chose an extension or parameters that were not offered.");

    private HandshakeError(string code, int statusCode, string message)
    {
        Code = code;
        StatusCode = statusCode;
        Message = message;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<HandshakeError> All { get; } =
    [
        HttpVersion, Method, UpgradeRequired, Upgrade, Connection, VersionMissing, Version, Key, Origin, Subprotocols, Extensions,
        UnexpectedStatus, Accept, UnrequestedSubprotocol, UnrequestedExtension,
    ];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>The HTTP status for the server to answer with; 0 for what only a client finds.</summary>
    public int StatusCode { get; }

    /// <summary>One sentence for people.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
