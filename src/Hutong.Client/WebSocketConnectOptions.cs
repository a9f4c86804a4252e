using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client;

/// <summary>How a client opens a WebSocket. Immutable; share it among connections.</summary>
public sealed record WebSocketConnectOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketConnectOptions Default { get; } = new();

    /// <summary>The subprotocols to offer, best first. None by default.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>Whether a server that chooses none of the subprotocols offered is refused, as browsers do. Default false, as RFC 6455 has it.</summary>
    public bool RequireSubprotocol { get; init; }

    /// <summary>The extensions to offer, best first, such as <see cref="PerMessageDeflate"/>. None by default.</summary>
    public IReadOnlyList<IExtension> Extensions { get; init; } = [];

    /// <summary>
    /// Further headers of the request: <c>Authorization</c>, <c>Cookie</c>, <c>Origin</c>, … None by default; those of the handshake itself
    /// cannot be set.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>What carries the opening handshake. Default <see cref="ClientTransport.Http"/>.</summary>
    public ClientTransport Transport { get; init; }

    /// <summary>Which HTTP. Default <see cref="ClientHttpVersion.Http11"/>; HTTP/2 needs <see cref="ClientTransport.Http"/>.</summary>
    public ClientHttpVersion HttpVersion { get; init; }

    /// <summary>
    /// Sets up the platform's HTTP handler before each connection: <c>Proxy</c>, <c>SslOptions</c> for the validation of certificates and for client
    /// certificates, <c>ConnectCallback</c>, … Null for its defaults, the system's proxy among them.
    /// </summary>
    public Action<SocketsHttpHandler>? ConfigureHandler { get; init; }

    /// <summary>
    /// A handler of yours for the handshake instead of a new one, not disposed: several WebSockets can share one HTTP/2 connection of it. It
    /// must not follow redirects. Excludes <see cref="ConfigureHandler"/> and <see cref="ClientTransport.Socket"/>. Null by default.
    /// </summary>
    public HttpMessageInvoker? Invoker { get; init; }

    /// <summary>
    /// Whether redirects are followed, ten at most. Off by default, as in browsers. To another origin <c>Authorization</c> and <c>Cookie</c> do
    /// not go along, and never from <c>wss</c> to <c>ws</c>.
    /// </summary>
    public bool FollowRedirects { get; init; }

    /// <summary>How long opening may take altogether. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Limits, keep-alive, back-pressure and the clock of the connection.</summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One of them is not valid, or two do not go together.</exception>
    public void Validate()
    {
        Connection.Validate();
        _ = OpeningHandshake.CreateRequestHeaders("", new HandshakeOffer { Subprotocols = Subprotocols });
        if (ConnectTimeout < TimeSpan.FromMilliseconds(1) || ConnectTimeout > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(nameof(ConnectTimeout), ConnectTimeout, "Between a millisecond and one day.");
        if (Transport == ClientTransport.Socket && (HttpVersion != ClientHttpVersion.Http11 || Invoker is not null))
            throw new ArgumentException("The bare socket speaks HTTP/1.1 and has no invoker.", nameof(Transport));
        if (Invoker is not null && ConfigureHandler is not null)
            throw new ArgumentException("An invoker of yours cannot be set up here.", nameof(ConfigureHandler));
        foreach (var (name, value) in Headers)
        {
            if (!HeaderRules.IsToken(name) || HeaderRules.BelongsToHandshake(name))
                throw new ArgumentException($"The header '{name}' cannot be set.", nameof(Headers));
            if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                throw new ArgumentException($"The value of '{name}' has characters that no header can hold.", nameof(Headers));
        }
    }
}
