using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>How a <see cref="WebSocketClient"/> behaves. Immutable; share it among clients.</summary>
public sealed record WebSocketClientOptions
{
    /// <summary>The defaults.</summary>
    public static WebSocketClientOptions Default { get; } = new();

    /// <summary>
    /// How each connection is opened: subprotocols, headers, proxy, TLS, limits. Its time limits, its keep-alive and its send queue are the
    /// client's own instead.
    /// </summary>
    public WebSocketConnectOptions Connect { get; init; } = WebSocketConnectOptions.Default;

    /// <summary>Whether it connects at once; otherwise <see cref="WebSocketClient.Connect"/> does. Default true.</summary>
    public bool AutoConnect { get; init; } = true;

    /// <summary>How long opening a connection may take, and again authenticating. Default 20 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the closing handshake may take. Default 5 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a request waits for its answer. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many requests may be without an answer; more fail with <c>queue_full</c>. Default 1000.</summary>
    public int MaxRequests { get; init; } = 1000;

    /// <summary>When it tries again; null: a lost connection is the end.</summary>
    public ReconnectOptions? Reconnect { get; init; } = new();

    /// <summary>How it finds out that a connection is dead; null: no probes.</summary>
    public ClientHeartbeatOptions? Heartbeat { get; init; } = new();

    /// <summary>What is kept while messages cannot flow.</summary>
    public ClientQueueOptions Queue { get; init; } = new();

    /// <summary>Who it says it is; nobody by default.</summary>
    public ClientAuthOptions? Auth { get; init; }

    /// <summary>What it does where a WebSocket cannot be opened; null, the default: it tries again.</summary>
    public FallbackOptions? Fallback { get; init; }

    /// <summary>What it knows of its surroundings. Default <see cref="ClientEnvironment.None"/>.</summary>
    public ClientEnvironment Environment { get; init; } = ClientEnvironment.None;

    /// <summary>
    /// Random numbers for the jitter, drawn by one client at a time; one with a seed makes a client's delays repeatable. Default
    /// <see cref="Random.Shared"/>.
    /// </summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>The clock, of its connections too. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">One of them is not valid.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Connect);
        ArgumentNullException.ThrowIfNull(Queue);
        ArgumentNullException.ThrowIfNull(Environment);
        ArgumentNullException.ThrowIfNull(Random);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ClientLimits.Check(ConnectTimeout, nameof(ConnectTimeout), allowZero: false);
        ClientLimits.Check(CloseTimeout, nameof(CloseTimeout), allowZero: false);
        if (RequestTimeout != Timeout.InfiniteTimeSpan)
            ClientLimits.Check(RequestTimeout, nameof(RequestTimeout));
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRequests);
        Connect.Validate();
        Reconnect?.Validate();
        Heartbeat?.Validate();
        Queue.Validate();
        Auth?.Validate();
        Fallback?.Validate();
    }
}
