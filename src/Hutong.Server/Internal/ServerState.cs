using System.Runtime.CompilerServices;
using Hutong.Connections;
using Hutong.Connections.Internal;
using Hutong.Protocol;
using Hutong.Transport;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Hutong.Server.Internal;

/// <summary>What all WebSocket endpoints of one host share: who is connected, how many may be, and the end of it all.</summary>
internal sealed class ServerState
{
    private static readonly ConditionalWeakTable<IServiceProvider, ServerState> States = [];

    private readonly ConnectionList _connections = new();
    private readonly ConnectionList _sentAway = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open;
    private int _limitLogged;
    private volatile bool _stopping;

    public ServerState(ServerOptions options, IServiceProvider services)
    {
        options.Validate();
        Options = options;
        var loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        Log = loggers.CreateLogger("Hutong.Server");
        TransportLog = loggers.CreateLogger("Hutong.Transport");
        Scopes = services.GetRequiredService<IServiceScopeFactory>();
        Transport = services.GetService<HutongTransportOptions>();
        NeedsRequests = HasLimits(services);
        LowerHandshakeTimeout(services, options.HandshakeTimeout);
        services.GetService<IHostApplicationLifetime>()?.ApplicationStopping.Register(CloseAll);
    }

    public ServerOptions Options { get; }

    public ILogger Log { get; }

    public ILogger TransportLog { get; }

    public IServiceScopeFactory Scopes { get; }

    /// <summary>Hosts and paths, which connections share.</summary>
    public TextCache Texts { get; } = new();

    /// <summary>The event loops' options; null if there are none under this host.</summary>
    public HutongTransportOptions? Transport { get; }

    /// <summary>Whether the server counts requests or upgraded connections, so that a WebSocket must keep its request.</summary>
    public bool NeedsRequests { get; }

    /// <summary>The state of a host: made by <c>AddHutong</c>, or here for a host that did without.</summary>
    public static ServerState For(IServiceProvider services) =>
        services.GetService<ServerState>() ?? States.GetValue(services, static s => new ServerState(new ServerOptions(), s));

    /// <summary>Whether the server goes down.</summary>
    public bool IsStopping => _stopping;

    /// <summary>The server goes down: from now on nobody is let in.</summary>
    public void Stop() => _stopping = true;

    /// <summary>Takes one of the places.</summary>
    /// <returns>Whether there was one, and the server is not going down.</returns>
    public bool TryEnter()
    {
        if (_stopping)
            return false;
        if (Interlocked.Increment(ref _open) <= Options.MaxConnections)
            return true;
        Leave();
        // One line each time the limit is reached, not one for each client that is turned away.
        if (Interlocked.Exchange(ref _limitLogged, 1) == 0)
            ServerLog.ConnectionLimitReached(Log, Options.MaxConnections);
        return false;
    }

    public void Leave()
    {
        int open = Interlocked.Decrement(ref _open);
        if (open == 0 && _stopping)
            _drained.TrySetResult();
        if (open < Options.MaxConnections - (Options.MaxConnections / 10))
            Volatile.Write(ref _limitLogged, 0);
    }

    /// <summary>Watches over a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isSentAway">Whether someone else closes it when the server goes down, in its own time.</param>
    public void Add(WebSocketConnection connection, bool isSentAway)
    {
        ListOf(isSentAway).Add(connection);
        // The server may have begun to go down since the handshake.
        if (_stopping)
            Close(connection);
    }

    /// <summary>A connection that was added is over, and its handler too.</summary>
    public void Remove(WebSocketConnection connection, bool isSentAway) => ListOf(isSentAway).Remove(connection);

    /// <summary>Waits until every connection is over, and cuts what is left when the host's patience ends.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        if (Volatile.Read(ref _open) == 0)
            return;
        try
        {
            await _drained.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            foreach (var connection in _connections.ToList().Concat(_sentAway.ToList()))
                connection.Abort();
        }
    }

    private ConnectionList ListOf(bool isSentAway) => isSentAway ? _sentAway : _connections;

    private static bool HasLimits(IServiceProvider services) =>
        services.GetService<IOptions<KestrelServerOptions>>()?.Value.Limits is { MaxConcurrentConnections: not null } or { MaxConcurrentUpgradedConnections: not null }
        || services.GetService<IOptions<RateLimiterOptions>>()?.Value.GlobalLimiter is not null;

    private static void Close(WebSocketConnection connection) => _ = connection.CloseAsync(CloseCode.GoingAway, "The server is going down.");

    private static void LowerHandshakeTimeout(IServiceProvider services, TimeSpan timeout)
    {
        if (services.GetService<IOptions<KestrelServerOptions>>()?.Value.Limits is { } limits && limits.RequestHeadersTimeout > timeout)
            limits.RequestHeadersTimeout = timeout;
    }

    /// <summary>The host goes down: 1001 to everyone. The host waits for these closes up to its own timeout: see <see cref="DrainAsync"/>.</summary>
    private void CloseAll()
    {
        _stopping = true;
        if (_connections.Count > 0)
            ServerLog.ShuttingDown(Log, _connections.Count);
        foreach (var connection in _connections.ToList())
            Close(connection);
    }
}
