using System.Collections.Frozen;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Hutong.Server;

/// <summary>
/// The request that opened a WebSocket: a copy, valid as long as the connection. The server's own <see cref="HttpContext"/> is not kept,
/// because it is used again when the connection outlives the request.
/// </summary>
public sealed class WebSocketRequest
{
    private readonly IServiceScopeFactory _scopes;
    private readonly string _query;
    private readonly KeyValuePair<string, StringValues>[] _headers;
    private readonly Lock _lock = new();
    private AsyncServiceScope? _scope;
    private bool _disposed;

    internal WebSocketRequest(HttpContext context, IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        var request = context.Request;
        _query = request.QueryString.Value ?? "";
        _headers = [.. request.Headers];
        Scheme = request.Scheme == "https" ? "wss" : "ws";
        Host = request.Host.Value ?? "";
        Path = request.PathBase + request.Path;
        RouteValues = request.RouteValues.Count == 0 ? FrozenDictionary<string, object?>.Empty : new RouteValueDictionary(request.RouteValues);
        User = context.User;
        RemoteEndPoint = context.Connection.RemoteIpAddress is { } remote ? new IPEndPoint(remote, context.Connection.RemotePort) : null;
        LocalEndPoint = context.Connection.LocalIpAddress is { } local ? new IPEndPoint(local, context.Connection.LocalPort) : null;
        Id = context.TraceIdentifier;
    }

    /// <summary>Names the connection in logs and traces.</summary>
    public string Id { get; }

    /// <summary><c>ws</c> or <c>wss</c>, as the client sees it.</summary>
    public string Scheme { get; }

    /// <summary>The host and port that the client asked for.</summary>
    public string Host { get; }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>The values of the route's parameters.</summary>
    public IReadOnlyDictionary<string, object?> RouteValues { get; }

    /// <summary>The query, parsed at each call. It may hold a token: do not log it.</summary>
    public IReadOnlyDictionary<string, StringValues> Query => QueryHelpers.ParseQuery(_query);

    /// <summary>The user whom the host's authentication found; without identity if none.</summary>
    public ClaimsPrincipal User { get; }

    /// <summary>Where the client is; behind a proxy, what the forwarded headers say if the host uses them. Null for other transports than TCP.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>Where the server is; null for other transports than TCP.</summary>
    public IPEndPoint? LocalEndPoint { get; }

    /// <summary>A scope of the host's services that lives as long as the connection. Made on first use.</summary>
    /// <exception cref="ObjectDisposedException">The connection is over.</exception>
    public IServiceProvider Services
    {
        get
        {
            lock (_lock)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _scope ??= _scopes.CreateAsyncScope();
                return _scope.Value.ServiceProvider;
            }
        }
    }

    /// <summary>A header of the request; empty if it is absent.</summary>
    /// <param name="name">Its name, in any letter case.</param>
    public StringValues Header(string name)
    {
        foreach (var (key, value) in _headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return StringValues.Empty;
    }

    internal async ValueTask DisposeScopeAsync()
    {
        AsyncServiceScope? scope;
        lock (_lock)
        {
            _disposed = true;
            scope = _scope;
        }

        if (scope is { } made)
            await made.DisposeAsync().ConfigureAwait(false);
    }
}
