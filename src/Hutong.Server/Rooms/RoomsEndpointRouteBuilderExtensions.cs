using System.Diagnostics.CodeAnalysis;
using Hutong.Rooms;
using Hutong.Server;
using Hutong.Server.Internal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps rooms in an ASP.NET Core app.</summary>
public static class RoomsEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the rooms of the host, which are one graph however many addresses lead to it: what is configured at one holds for all. Clients speak the
    /// envelope of <c>docs/reference/envelope.md</c>, over a WebSocket with the subprotocol <c>hutong.v1.json</c>, <c>hutong.v1.bin</c>, or
    /// none, which is JSON; or over plain HTTP, at the paths of <c>docs/topics/http-transports.md</c>.
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
        var services = endpoints.ServiceProvider;
        var graph = RoomGraphs.For(services).Configure(configure);
        var endpoint = new RoomsEndpoint(graph, options, services);
        var group = endpoints.MapGroup(pattern);

        var rooms = new RoomsWebSocketEndpoint(endpoint);
        var webSocket = new WebSocketEndpoint(endpoint.Server, pattern, options.ToWebSocket(), rooms.ServeAsync) { IsSentAway = true };
        RequestDelegate handshake = webSocket.HandleAsync;
        group.Map("", (RequestDelegate)(context => rooms.HandleAsync(context, handshake))).WithDisplayName($"Rooms {pattern}");
        MapHttp(group, new HttpTransports(endpoint), options);
        return group;
    }

    private static void MapHttp(RouteGroupBuilder group, HttpTransports http, RoomsEndpointOptions options)
    {
        if (options.Http.Sse)
            group.Map("sse", (RequestDelegate)http.ServeSseAsync);
        if (options.Http.Streaming)
            group.Map("stream", (RequestDelegate)http.ServeLinesAsync);
        if (options.Http.LongPolling)
            group.Map("poll", (RequestDelegate)http.ServePollAsync);
        if (options.Http.Sse || options.Http.Streaming || options.Http.LongPolling)
        {
            group.Map("send", (RequestDelegate)http.SendAsync);
            group.Map("session", (RequestDelegate)http.EndAsync);
        }

        if (options.Http.Polling)
            group.Map("rooms/{**room}", (RequestDelegate)http.ServeHistoryAsync);
        if (options.Http.PublishPolicy is { } policy)
            group.MapPost("rooms/{**room}", (RequestDelegate)http.PublishAsync).RequireAuthorization(policy);
        if (options.Auth.Tickets)
            group.Map("tickets", (RequestDelegate)http.IssueTicketAsync);
    }
}
