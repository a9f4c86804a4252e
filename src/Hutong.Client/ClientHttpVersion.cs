namespace Hutong.Client;

/// <summary>Which HTTP opens a WebSocket.</summary>
public enum ClientHttpVersion
{
    /// <summary>HTTP/1.1 and its upgrade (RFC 6455).</summary>
    Http11,

    /// <summary>HTTP/2 and extended CONNECT (RFC 8441), or failure. With <c>ws</c> the server must speak HTTP/2 without being asked.</summary>
    Http2,

    /// <summary>HTTP/2 if the server offers it, else HTTP/1.1.</summary>
    Http2OrHttp11,
}
