using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Server;

/// <summary>How one WebSocket endpoint behaves. Checked when it is mapped.</summary>
public sealed record WebSocketEndpointOptions
{
    /// <summary>
    /// Origins, beside the server's own, whose pages may connect: <c>http://localhost:3000</c>, <c>https://*.example.com</c>, <c>null</c> for
    /// sandboxed pages, <c>*</c> for all. None by default. Programs send no origin and pass. A CORS policy on the endpoint counts too.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The subprotocols served: the first of the client's list that is among them is chosen. None by default.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The extensions served; none by default.</summary>
    public IReadOnlyList<IExtension> Extensions { get; init; } = [];

    /// <summary>
    /// Whether the HTTP request stays open as long as the connection, so that middleware around the endpoint ends after it. Default false: on event
    /// loops the request ends with the handshake. Where the server or the endpoint limits requests, it stays open anyway.
    /// </summary>
    public bool KeepRequestOpen { get; init; }

    /// <summary>Limits, keep-alive and back-pressure of each connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    internal HandshakePolicy ToPolicy() => new()
    {
        Origins = AllowedOrigins.Count == 0 ? OriginPolicy.SameOrigin : OriginPolicy.Allow(AllowedOrigins),
        Subprotocols = Subprotocols,
        Extensions = Extensions,
    };

    internal void Validate()
    {
        Connection.Validate();
        _ = OpeningHandshake.CreateRequestHeaders("", new HandshakeOffer { Subprotocols = Subprotocols });
    }
}
