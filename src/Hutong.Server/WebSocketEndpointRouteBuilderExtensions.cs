using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps WebSockets in an ASP.NET Core app.</summary>
public static class WebSocketEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps a WebSocket. The handler runs once for each connection. A handler that reads (<c>await foreach</c> over
    /// <see cref="WebSocketConnection.ReadAllAsync"/>) closes the connection with 1000 by returning; one that only sets
    /// <see cref="WebSocketConnection.OnMessage"/> or sends may return at once, and the connection lives on. An exception closes it with
    /// 1011 and is logged.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="handler">What to do with a connection.</param>
    /// <param name="options">How the endpoint behaves; null for the defaults: same-origin pages and programs, no subprotocol.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    [OverloadResolutionPriority(1)]
    public static IEndpointConventionBuilder MapWebSocket(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<WebSocketConnection, Task> handler,
        WebSocketEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return endpoints.MapWebSocket(pattern, (connection, _) => handler(connection), options);
    }

    /// <inheritdoc cref="MapWebSocket(IEndpointRouteBuilder, string, Func{WebSocketConnection, Task}, WebSocketEndpointOptions?)"/>
    public static IEndpointConventionBuilder MapWebSocket(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<WebSocketConnection, ValueTask> handler,
        WebSocketEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return endpoints.MapWebSocket(pattern, (connection, _) => handler(connection).AsTask(), options);
    }

    /// <summary>Maps a WebSocket whose handler looks at the request too; otherwise as the other overloads.</summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="handler">What to do with a connection; the request tells user, headers, route values, address and services.</param>
    /// <param name="options">How the endpoint behaves; null for the defaults.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    public static IEndpointConventionBuilder MapWebSocket(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Func<WebSocketConnection, WebSocketRequest, Task> handler,
        WebSocketEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(handler);
        var endpoint = new WebSocketEndpoint(ServerState.For(endpoints.ServiceProvider), pattern, options ?? new(), handler);
        return endpoints.Map(pattern, (RequestDelegate)endpoint.HandleAsync).WithDisplayName($"WebSocket {pattern}");
    }
}
