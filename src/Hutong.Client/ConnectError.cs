namespace Hutong.Client;

/// <summary>
/// Why a WebSocket could not be opened, beside what <see cref="Hutong.Protocol.HandshakeError"/> names: a value with a stable
/// <see cref="Code"/> and a sentence. The set is closed; see <c>docs/reference/errors.md</c>.
/// </summary>
public sealed class ConnectError
{
    /// <summary>No connection to the server: its name, its address, or nobody listens.</summary>
    public static readonly ConnectError Unreachable = new("unreachable", "The server could not be reached.");

    /// <summary>TLS could not be established, or the certificate was refused.</summary>
    public static readonly ConnectError Tls = new("tls_failed", "TLS could not be established.");

    /// <summary>The proxy did not let us through.</summary>
    public static readonly ConnectError Proxy = new("proxy_failed", "The proxy refused the connection.");

    /// <summary>The connection ended before the response was there.</summary>
    public static readonly ConnectError Lost = new("lost_in_handshake", "The connection ended during the opening handshake.");

    /// <summary>What came is not an HTTP response.</summary>
    public static readonly ConnectError InvalidResponse = new("invalid_response", "The server's response is not valid HTTP.");

    /// <summary>The head of the response is above 16 KiB.</summary>
    public static readonly ConnectError ResponseTooLarge = new("response_too_large", "The head of the server's response is too large.");

    /// <summary>The server does not open WebSockets over HTTP/2.</summary>
    public static readonly ConnectError Http2Unavailable = new("http2_unavailable", "The server does not open WebSockets over HTTP/2.");

    /// <summary>The server chose none of the subprotocols offered, and one was required.</summary>
    public static readonly ConnectError SubprotocolMissing = new("subprotocol_missing", "The server chose none of the subprotocols that were offered.");

    /// <summary>A redirect that is not followed: more than ten, from <c>wss</c> to <c>ws</c>, or without a usable address.</summary>
    public static readonly ConnectError RedirectRefused = new("redirect_refused", "The server redirects to where this client does not follow.");

    /// <summary>Opening took longer than <see cref="WebSocketConnectOptions.ConnectTimeout"/>.</summary>
    public static readonly ConnectError Timeout = new("connect_timeout", "The connection could not be opened in time.");

    private ConnectError(string code, string message)
    {
        Code = code;
        Message = message;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<ConnectError> All { get; } =
        [Unreachable, Tls, Proxy, Lost, InvalidResponse, ResponseTooLarge, Http2Unavailable, SubprotocolMissing, RedirectRefused, Timeout];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>One sentence for people.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
