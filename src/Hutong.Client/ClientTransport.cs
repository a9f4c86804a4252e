namespace Hutong.Client;

/// <summary>What carries the opening handshake. Both behave the same towards the server.</summary>
public enum ClientTransport
{
    /// <summary>The platform's HTTP stack: proxies, HTTP/2, and whatever <see cref="WebSocketConnectOptions.ConfigureHandler"/> sets.</summary>
    Http,

    /// <summary>
    /// A bare socket, with TLS for <c>wss</c>: less work for each byte. HTTP/1.1 only, no proxies; of <see cref="WebSocketConnectOptions.ConfigureHandler"/>
    /// it takes <c>SslOptions</c>.
    /// </summary>
    Socket,
}
