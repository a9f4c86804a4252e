namespace Hutong.Transport;

/// <summary>How WebSockets are carried. See <c>docs/topics/transport.md</c>.</summary>
public enum TransportMode
{
    /// <summary>
    /// On event loops; the socket of a WebSocket is handed over to the engine, and Kestrel's objects for it are gone. Where the endpoint or the
    /// server needs the request (rate limits, connection limits), as <see cref="Pending"/>; over TLS and HTTP/2, as <see cref="Pipe"/>.
    /// </summary>
    Loops,

    /// <summary>On event loops; the request of a WebSocket stays open as long as the connection.</summary>
    Pending,

    /// <summary>On event loops that feed Kestrel's pipes; the engine works on the pipes.</summary>
    Pipe,

    /// <summary>On Kestrel's own sockets; the engine works on its pipes.</summary>
    Kestrel,
}
