using System.Diagnostics.CodeAnalysis;
using Hutong.SocketIO;
using Hutong.SocketIO.Internal.Engine;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps Engine.IO in an ASP.NET Core app.</summary>
public static class EngineEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps an Engine.IO 4 server: sessions over long polling and WebSockets, without Socket.IO's packets. A session's id, by which it can be polled, is in
    /// the query: use <c>AddHutong</c>, which silences the host's own line for each request.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The route, such as <c>/engine.io/</c>; it is served with and without the slash at its end.</param>
    /// <param name="configure">Says what happens with sessions.</param>
    /// <param name="options">How it behaves; null for the defaults: both transports, same-origin pages and programs.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    /// <exception cref="ArgumentException">The options are not valid, or there is no handler for new sessions.</exception>
    public static IEndpointConventionBuilder MapEngineIO(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Action<EngineBuilder> configure,
        EngineOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new EngineBuilder();
        configure(builder);
        var handler = builder.Handler ?? throw new ArgumentException("Say what happens with new sessions: engine.OnConnection(…).", nameof(configure));
        var server = new EngineServer(endpoints.ServiceProvider, pattern, options ?? new EngineOptions(), handler);
        return endpoints.Map(pattern, (RequestDelegate)server.HandleAsync).WithDisplayName($"Engine.IO {pattern}");
    }
}
