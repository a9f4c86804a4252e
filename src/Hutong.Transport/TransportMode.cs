namespace Hutong.Transport;

/// <summary>How WebSockets are carried. See <c>docs/topics/transport.md</c>.</summary>
public enum TransportMode
{
    /// <summary>
    /// On event loops; the socket of a WebSocket is handed over to the engine, its request ends with the handshake, and Kestrel's objects for it are
    /// gone. Where the endpoint or the server needs the request (<c>KeepRequestOpen</c>, rate limits, connection limits), as <see cref="Pending"/>;
    /// over TLS, HTTP/2 and connection middleware that replaces the pipes, as <see cref="Pipe"/>; on other addresses than TCP's, as
    /// <see cref="Kestrel"/>.
    /// </summary>
    Loops,

    /// <summary>
    /// As <see cref="Loops"/>, but the request of a WebSocket stays open as long as the connection, and with it what is bound to its life: middleware
    /// around the endpoint, leases, counts.
    /// </summary>
    Pending,

    /// <summary>On event loops that feed Kestrel's pipes; the engine works on the pipes, and the request stays open.</summary>
    Pipe,

    /// <summary>On Kestrel's own sockets, as without event loops; the engine works on the pipes, and the request stays open.</summary>
    Kestrel,
}
