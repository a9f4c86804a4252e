namespace Hutong.Protocol;

/// <summary>The headers of the opening handshake (RFC 6455 §11.3).</summary>
public static class HandshakeHeaderNames
{
    /// <summary><c>Connection</c>.</summary>
    public const string Connection = "Connection";

    /// <summary><c>Upgrade</c>.</summary>
    public const string Upgrade = "Upgrade";

    /// <summary><c>Origin</c>.</summary>
    public const string Origin = "Origin";

    /// <summary><c>Sec-WebSocket-Key</c>.</summary>
    public const string Key = "Sec-WebSocket-Key";

    /// <summary><c>Sec-WebSocket-Version</c>.</summary>
    public const string Version = "Sec-WebSocket-Version";

    /// <summary><c>Sec-WebSocket-Accept</c>.</summary>
    public const string Accept = "Sec-WebSocket-Accept";

    /// <summary><c>Sec-WebSocket-Protocol</c>.</summary>
    public const string Protocol = "Sec-WebSocket-Protocol";

    /// <summary><c>Sec-WebSocket-Extensions</c>.</summary>
    public const string Extensions = "Sec-WebSocket-Extensions";
}
