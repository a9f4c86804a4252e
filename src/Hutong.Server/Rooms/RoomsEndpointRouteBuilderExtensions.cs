using System.Diagnostics.CodeAnalysis;
using Hutong.Rooms;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps rooms in an ASP.NET Core app.</summary>
public static class RoomsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the rooms of the host, which are one graph however many addresses lead to it: what is configured at one holds for all. Clients speak the
    /// envelope of <c>docs/reference/envelope.md</c>, over a WebSocket with the subprotocol <c>hutong.v1.json</c>, <c>hutong.v1.bin</c>, or
    /// none, which is JSON.
    /// </summary>
    /// <param name="endpoints">The app.</param>
    /// <param name="pattern">The route.</param>
    /// <param name="configure">Says which rooms there are and what happens in them.</param>
    /// <param name="options">How the address behaves; null for the defaults: same-origin pages and programs.</param>
    /// <returns>The endpoint, for authorization, rate limits, CORS and the like.</returns>
    /// <exception cref="ArgumentException">The options or a pattern are not valid.</exception>
    public static IEndpointConventionBuilder MapRooms(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern,
        Action<RoomsBuilder> configure,
        RoomsEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(configure);
        options ??= new();
        var graph = RoomGraphs.For(endpoints.ServiceProvider).Configure(configure);
        var endpoint = new RoomsWebSocketEndpoint(graph, options);
        return endpoints.MapWebSocket(pattern, endpoint.ServeAsync, options.ToWebSocket());
    }
}
