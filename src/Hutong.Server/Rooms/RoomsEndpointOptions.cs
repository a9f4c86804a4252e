using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Server;

/// <summary>How one address of the rooms behaves. Checked when it is mapped.</summary>
public sealed record RoomsEndpointOptions
{
    /// <summary>See <see cref="WebSocketEndpointOptions.AllowedOrigins"/>.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The extensions served; none by default. Where compression without context is agreed on, a publication is compressed once.</summary>
    public IReadOnlyList<IExtension> Extensions { get; init; } = [];

    /// <summary>
    /// Limits, keep-alive and back-pressure of each connection. <see cref="ConnectionOptions.SendQueueLimit"/> is the bound at which a session
    /// counts as too slow, <see cref="ConnectionOptions.MaxMessageSize"/> that of one message. What pages send as heartbeats is always answered;
    /// the queue's policy is always that of the rooms.
    /// </summary>
    public ConnectionOptions Connection { get; init; } = ConnectionOptions.Default;

    /// <summary>How rooms are served over plain HTTP: SSE, streaming, long polling and polling.</summary>
    public RoomsHttpOptions Http { get; init; } = new();

    /// <summary>How clients show who they are.</summary>
    public RoomsAuthOptions Auth { get; init; } = new();

    /// <summary>What clients may ask for.</summary>
    public RoomsLimits Limits { get; init; } = new();

    /// <summary>What the process uses and may use, in bytes; null: what the system says.</summary>
    internal Func<(long Used, long Available)>? MeasureMemory { get; init; }

    internal void Validate()
    {
        Http.Validate();
        Auth.Validate();
        Limits.Validate();
    }

    internal WebSocketEndpointOptions ToWebSocket() => new()
    {
        AllowedOrigins = AllowedOrigins,
        Extensions = Extensions,
        Subprotocols = Rooms.Protocol.Subprotocols.All,
        Connection = Connection with { AnswerHeartbeats = true, SendQueuePolicy = SendQueuePolicy.Wait },
    };
}
