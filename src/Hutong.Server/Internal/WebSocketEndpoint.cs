using System.Diagnostics;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Transport;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;

namespace Hutong.Server.Internal;

/// <summary>Serves one mapped address: the opening handshake, then the handler for as long as the connection lives.</summary>
internal sealed class WebSocketEndpoint
{
    private readonly ServerState _server;
    private readonly WebSocketEndpointOptions _options;
    private readonly Func<WebSocketConnection, WebSocketRequest, Task> _handler;
    private readonly HandshakePolicy _policy;
    private readonly HandshakePolicy _policyForAnyOrigin;
    private readonly string _pattern;

    public WebSocketEndpoint(
        ServerState server, string route, WebSocketEndpointOptions options, Func<WebSocketConnection, WebSocketRequest, Task> handler)
    {
        options.Validate();
        _server = server;
        _pattern = route;
        _options = options;
        _handler = handler;
        _policy = options.ToPolicy();
        _policyForAnyOrigin = _policy with { Origins = OriginPolicy.Any };
        if (server.Transport is { } transport)
            Watch = new CallbackWatch(route, transport.CallbackLimit, transport.CallbackOverruns, options.Connection.TimeProvider, server.TransportLog);
    }

    public ServerState Server => _server;

    /// <summary>What guards event loops against this endpoint's callbacks; null where there are none.</summary>
    public CallbackWatch? Watch { get; }

    /// <summary>The shortcut past Kestrel for a server that has only this endpoint; null if its route is not a plain one.</summary>
    public IShortcut? MakeShortcut()
    {
        var handshake = new FastHandshake(_policy, _pattern, _server.Scopes);
        return handshake.IsUsable ? new StandaloneShortcut(this, handshake, _server) : null;
    }

    /// <summary>Serves a connection that came by the shortcut. A place was taken for it.</summary>
    public void Serve(SocketDriver driver, AcceptedHandshake accepted)
    {
        var connection = WebSocketConnection.Create(driver, Role.Server, _options.Connection, accepted.Subprotocol, accepted.Transform);
        new ServedConnection(this, connection, accepted.Request, _pattern).Start(parent: default);
    }

    /// <summary>Whether whoever mapped it closes its connections when the server goes down; else they are closed with 1001 at once.</summary>
    public bool IsSentAway { get; init; }

    public async Task HandleAsync(HttpContext context)
    {
        var connect = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" } extended ? extended : null;
        var result = await CheckAsync(context, connect is not null).ConfigureAwait(false);
        if (result.Error is { } error)
        {
            NoteRefusal(context, error.StatusCode, error.Code);
            await Refusal.WriteAsync(context, error).ConfigureAwait(false);
            return;
        }

        if (connect is null && context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true })
        {
            result.Transform?.Dispose();
            await RefuseAsync(context, StatusCodes.Status501NotImplemented, "upgrade_unavailable", "This server cannot switch protocols.").ConfigureAwait(false);
            return;
        }

        if (!_server.TryEnter())
        {
            result.Transform?.Dispose();
            await RefuseForNowAsync(context).ConfigureAwait(false);
            return;
        }

        UpgradedTransport? transport = null;
        try
        {
            transport = await TryAcceptAsync(context, connect, result).ConfigureAwait(false);
            if (transport is null)
                await RefuseForNowAsync(context).ConfigureAwait(false);
        }
        finally
        {
            if (transport is null)
                _server.Leave();
        }

        if (transport is null)
            return;
        await ServeAsync(context, transport, result).ConfigureAwait(false);
    }

    /// <summary>How a connection of this endpoint is to be carried where it can be.</summary>
    private TransportMode ModeFor(HttpContext context)
    {
        var mode = _server.Transport?.Mode ?? TransportMode.Kestrel;
        // Leases and counts are given back when the request ends, so it must not end before the connection.
        return mode == TransportMode.Loops
            && (_options.KeepRequestOpen || _server.NeedsRequests || context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null)
            ? TransportMode.Pending : mode;
    }

    private async ValueTask<HandshakeResult> CheckAsync(HttpContext context, bool isConnect)
    {
        var http = context.Request;
        var request = new HandshakeRequest(
            http.Method, HttpProtocol.IsHttp11(http.Protocol), $"{http.Scheme}://{http.Host.Value}", new HttpHandshakeHeaders(http.Headers));
        var result = Check(request, isConnect, _policy);
        if (result.Error == HandshakeError.Origin && await CorsOrigins.AllowsAsync(context).ConfigureAwait(false))
            result = Check(request, isConnect, _policyForAnyOrigin);
        return result;
    }

    private static HandshakeResult Check(in HandshakeRequest request, bool isConnect, HandshakePolicy policy) =>
        isConnect ? OpeningHandshake.CheckConnect(request, policy) : OpeningHandshake.CheckRequest(request, policy);

    /// <returns>The connection's transport; null if the server below has its own limit, and it is reached.</returns>
    private async Task<UpgradedTransport?> TryAcceptAsync(HttpContext context, IHttpExtendedConnectFeature? connect, HandshakeResult result)
    {
        var headers = context.Response.Headers;
        if (connect is null)
        {
            headers.Connection = "Upgrade";
            headers.Upgrade = "websocket";
            headers.SecWebSocketAccept = result.Accept;
        }

        if (result.Subprotocol is not null)
            headers.SecWebSocketProtocol = result.Subprotocol;
        if (result.Extensions is not null)
            headers.SecWebSocketExtensions = result.Extensions;
        try
        {
            return connect is null
                ? await UpgradedTransport.UpgradeAsync(context, context.Features.Get<IHttpUpgradeFeature>()!, ModeFor(context), Watch).ConfigureAwait(false)
                : await UpgradedTransport.ConnectAsync(context, connect).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            result.Transform?.Dispose();
            // Kestrel's MaxConcurrentUpgradedConnections shows itself like this.
            if (e is not InvalidOperationException || context.Response.HasStarted)
                throw;
            context.Response.Clear();
            return null;
        }
    }

    private Task ServeAsync(HttpContext context, UpgradedTransport transport, HandshakeResult result)
    {
        // A connection lives longer than any request should, and would spoil the figures about requests.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        var connection = WebSocketConnection.Create(transport.Driver, Role.Server, _options.Connection, result.Subprotocol, result.Transform);
        var request = new WebSocketRequest(context, _server.Texts, _server.Scopes);
        var served = new ServedConnection(this, connection, request, RouteOf(context));
        var parent = Activity.Current?.Context ?? default;
        if (!transport.OutlivesRequest)
            return UntilServedAsync(served, parent, transport);
        // A connection whose socket was handed over goes on without its request, of which nothing may be kept.
        Detached.Run((served, parent), static s => s.served.Start(s.parent));
        return Task.CompletedTask;
    }

    private static async Task UntilServedAsync(ServedConnection served, ActivityContext parent, UpgradedTransport transport)
    {
        using (transport)
        {
            var done = served.Done;
            served.Start(parent);
            await done.ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Runs the handler. One that has read messages is the conversation: its return closes the connection with 1000. One that only set
    /// callbacks or greeted leaves a connection that lives until either side closes it.
    /// </summary>
    /// <returns>What the handler threw, but for what only says that the connection is over. It may come after the end, when no result tells it.</returns>
    public async Task<Exception?> RunHandlerAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        try
        {
            // Callbacks that the handler sets before it first waits are in place before the first byte is read.
            var running = _handler(connection, request);
            connection.Start();
            await running.ConfigureAwait(false);
            if (connection.HasBeenRead && connection.OnMessage is null)
                _ = connection.CloseAsync();
            else
                connection.DiscardUnread();
            return null;
        }
        catch (Exception e) when (!connection.IsOpen && e is ConnectionClosedException or OperationCanceledException)
        {
            // The connection ended under the handler, which is no fault of its.
            connection.Start();
            _ = connection.CloseAsync();
            return null;
        }
        catch (Exception e)
        {
            connection.FailHandler(e);
            connection.Start();
            return e;
        }
    }

    /// <summary>The whole pattern: the one that was mapped lacks that of its group.</summary>
    private string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? _pattern;

    private Task RefuseForNowAsync(HttpContext context)
    {
        context.Response.Headers.RetryAfter = ((int)_server.Options.RetryAfter.TotalSeconds).ToString();
        return RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "too_many_connections", "No more WebSockets can be opened now.");
    }

    private Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        NoteRefusal(context, status, code);
        return Refusal.WriteAsync(context, status, code, message);
    }

    private void NoteRefusal(HttpContext context, int status, string code)
    {
        ServerTelemetry.Refused(RouteOf(context), status, code);
        ServerLog.Refused(_server.Log, context.Request.Path, context.Connection.RemoteIpAddress, status, code);
    }
}
