using System.Collections.Frozen;
using System.Net;
using System.Security.Claims;
using Hutong.Server.Internal;
using Hutong.Transport.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hutong.Server;

/// <summary>
/// The request that opened a WebSocket: a copy, valid as long as the connection. The server's own <see cref="HttpContext"/> is not kept,
/// because it is used again when the connection outlives the request.
/// </summary>
public sealed class WebSocketRequest
{
    private static readonly object Disposed = new();

    private readonly IServiceScopeFactory _scopes;

    // Everything is kept as small as it can be: it is there as long as the connection, and mostly for nothing.
    private readonly byte[]? _kept;
    private readonly PlainRoute? _route;
    private readonly long _number;
    private readonly IPAddress? _remoteAddress;
    private readonly IPAddress? _localAddress;
    private readonly ushort _remotePort;
    private readonly ushort _localPort;
    private readonly bool _isUpgrade;
    private string? _id;
    private IReadOnlyDictionary<string, object?>? _routeValues;
    private ClaimsPrincipal? _user;

    // Null, then perhaps an AsyncServiceScope, then Disposed. A connection that asks for no services pays for no more.
    private object? _scope;

    internal WebSocketRequest(HttpContext context, TextCache texts, IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        var request = context.Request;
        _isUpgrade = KeptHead.HasUsual(request.Headers);
        _kept = KeptHead.Copy(request.QueryString.Value ?? "", request.Headers, _isUpgrade);
        Scheme = request.Scheme == "https" ? "wss" : "ws";
        Host = texts.Get(request.Host.Value ?? "");
        Path = texts.Get(request.PathBase + request.Path);
        _routeValues = request.RouteValues.Count == 0 ? FrozenDictionary<string, object?>.Empty : new RouteValueDictionary(request.RouteValues);
        _user = context.Features.Get<IHttpAuthenticationFeature>()?.User;
        (_remoteAddress, _remotePort) = (context.Connection.RemoteIpAddress, (ushort)context.Connection.RemotePort);
        (_localAddress, _localPort) = (context.Connection.LocalIpAddress, (ushort)context.Connection.LocalPort);
        string id = context.TraceIdentifier;
        if (!ConnectionIds.TryParseRequest(id, out _number))
            _id = id;
    }

    /// <summary>A request that has not gone through Kestrel. Strings are made when they are asked for: most connections ask for few.</summary>
    internal WebSocketRequest(
        in UpgradeRequestHead head, string host, string path, PlainRoute route, IPEndPoint? local, IPEndPoint? remote, IServiceScopeFactory scopes)
    {
        _scopes = scopes;
        _kept = KeptHead.Copy(head);
        _route = route;
        _number = ConnectionIds.Next();
        _isUpgrade = true;
        Scheme = "ws";
        Host = host;
        Path = path;
        (_remoteAddress, _remotePort) = (remote?.Address, (ushort)(remote?.Port ?? 0));
        (_localAddress, _localPort) = (local?.Address, (ushort)(local?.Port ?? 0));
    }

    /// <summary>Names the connection in logs and traces.</summary>
    public string Id => _id ??= ConnectionIds.FormatRequest(_number);

    /// <summary><c>ws</c> or <c>wss</c>, as the client sees it.</summary>
    public string Scheme { get; }

    /// <summary>The host and port that the client asked for.</summary>
    public string Host { get; }

    /// <summary>The path.</summary>
    public string Path { get; }

    /// <summary>The values of the route's parameters.</summary>
    public IReadOnlyDictionary<string, object?> RouteValues => _routeValues ??= _route!.ValuesOf(Path);

    /// <summary>The query, parsed at each call. It may hold a token: do not log it.</summary>
    public IReadOnlyDictionary<string, StringValues> Query => QueryHelpers.ParseQuery(KeptHead.Query(_kept));

    /// <summary>The user whom the host's authentication found; without identity if none.</summary>
    public ClaimsPrincipal User
    {
        // One for each that asks, not one for all: a handler may add an identity to it.
        get => _user ?? Interlocked.CompareExchange(ref _user, new ClaimsPrincipal(new ClaimsIdentity()), null) ?? _user;
    }

    /// <summary>The user whom the host's authentication found; null if none. Unlike <see cref="User"/> it makes nobody up.</summary>
    internal ClaimsPrincipal? KnownUser => _user;

    /// <summary>Where the client is; behind a proxy, what the forwarded headers say if the host uses them. Null for other transports than TCP.</summary>
    public IPEndPoint? RemoteEndPoint => _remoteAddress is null ? null : new IPEndPoint(_remoteAddress, _remotePort);

    /// <summary>Where the server is; null for other transports than TCP.</summary>
    public IPEndPoint? LocalEndPoint => _localAddress is null ? null : new IPEndPoint(_localAddress, _localPort);

    /// <summary>A scope of the host's services that lives as long as the connection. Made on first use.</summary>
    /// <exception cref="ObjectDisposedException">The connection is over.</exception>
    public IServiceProvider Services
    {
        get
        {
            var scope = Volatile.Read(ref _scope) ?? AddScope();
            ObjectDisposedException.ThrowIf(ReferenceEquals(scope, Disposed), this);
            return ((AsyncServiceScope)scope).ServiceProvider;
        }
    }

    /// <summary>A header of the request; empty if it is absent. Not kept are <c>Sec-WebSocket-Key</c> and <c>Sec-WebSocket-Extensions</c>.</summary>
    /// <param name="name">Its name, in any letter case.</param>
    public StringValues Header(string name) =>
        name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase) ? Host : KeptHead.Header(_kept, name, _isUpgrade);

    /// <summary>Whether <see cref="Services"/> was asked for.</summary>
    internal bool HasScope => Volatile.Read(ref _scope) is not null;

    internal async ValueTask DisposeScopeAsync()
    {
        if (Interlocked.Exchange(ref _scope, Disposed) is AsyncServiceScope made)
            await made.DisposeAsync().ConfigureAwait(false);
    }

    private object AddScope()
    {
        object made = _scopes.CreateAsyncScope();
        if (Interlocked.CompareExchange(ref _scope, made, null) is not { } other)
            return made;
        // Another thread was first, or the connection has ended; nobody has seen this one.
        ((AsyncServiceScope)made).Dispose();
        return other;
    }
}
