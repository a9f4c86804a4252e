using System.Diagnostics.CodeAnalysis;
using Hutong.SocketIO;
using Hutong.SocketIO.Internal;
using Hutong.SocketIO.Internal.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Socket.IO in an ASP.NET Core app.</summary>
public static class SocketIOEndpointRouteBuilderExtensions
{
    /// <summary>Maps the Socket.IO server of the host at <c>/socket.io</c>, where clients look for it; otherwise as the overload with a route.</summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="configure">Says what happens with sockets.</param>
    /// <param name="options">How it behaves; null for the defaults, or what <c>AddSocketIO</c> was given.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    public static IEndpointConventionBuilder MapSocketIO(this IEndpointRouteBuilder endpoints, Action<SocketIOServer> configure, SocketIOOptions? options = null) =>
        endpoints.MapSocketIO("/socket.io", configure, options);

    /// <summary>Maps the Socket.IO server of the host, which is one however many addresses lead to it.</summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The route: the <c>path</c> of clients. It is served with and without a slash at its end.</param>
    /// <param name="configure">Says what happens with sockets.</param>
    /// <param name="options">How it behaves; null for the defaults, or what <c>AddSocketIO</c> was given.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="InvalidOperationException">Options were given here and to <c>AddSocketIO</c>.</exception>
    public static IEndpointConventionBuilder MapSocketIO(
        this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern, Action<SocketIOServer> configure, SocketIOOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(configure);
        var server = SocketServers.For(endpoints.ServiceProvider, options);
        configure(server);
        var engine = new EngineServer(endpoints.ServiceProvider, pattern, server.Options.Engine, socket =>
        {
            socket.Sink = server.Open(new EngineLink(socket));
            return default;
        });
        return endpoints.Map(pattern, (RequestDelegate)engine.HandleAsync).WithDisplayName($"Socket.IO {pattern}");
    }
}
