using System.Net;
using System.Security.Claims;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Server.Internal;

/// <summary>What all transports of one mapped address share: options, sessions, rates and admission.</summary>
internal sealed class RoomsEndpoint
{
    private const string TicketParameter = "ticket";
    private readonly MemoryGuard _memory;
    private readonly RateBuckets<IPAddress>? _sessionRates;

    public RoomsEndpoint(RoomGraph graph, RoomsEndpointOptions options, IServiceProvider services)
    {
        options.Validate();
        Graph = graph;
        Options = options;
        Server = ServerState.For(services);
        Time = graph.Options.TimeProvider;
        Tickets = services.GetService<RoomTickets>() ?? new RoomTickets(time: Time);
        Sessions = new HttpSessions(Server);
        Rates = new MessageRates(options.Limits, Time);
        _memory = new MemoryGuard(options.Limits.MemoryShare, Time, options.MeasureMemory);
        if (options.Limits.SessionsPerAddress is { } limit)
            _sessionRates = new(limit, options.Limits.MaxCounted, Time);
        RoomsDrain.Add(graph, Sessions, options.Limits.DrainTime, services);
    }

    public RoomGraph Graph { get; }

    public RoomsEndpointOptions Options { get; }

    public ServerState Server { get; }

    public TimeProvider Time { get; }

    public RoomTickets Tickets { get; }

    public HttpSessions Sessions { get; }

    public MessageRates Rates { get; }

    /// <summary>The id of the user whom the host has authenticated; null if none.</summary>
    public string? UserIdOf(HttpContext context) => context.User is { Identity.IsAuthenticated: true } user ? Graph.Options.UserId(user) : null;

    /// <summary>The id of the user whom the host authenticated when a session began, whatever a ticket said; null if none.</summary>
    public string? HostUserOf(ClaimsPrincipal user) => UserNotes.Of(user) is { ByTicket: true } notes ? notes.HostUser
        : user.Identity?.IsAuthenticated == true ? Graph.Options.UserId(user) : null;

    /// <summary>Whether a new session may begin.</summary>
    /// <returns>What is wrong; null if it may.</returns>
    public RoomError? Admit(IPAddress? address)
    {
        if (Server.IsStopping || !_memory.IsOpen)
            return RoomError.Overloaded;
        return _sessionRates is null || address is null || IPAddress.IsLoopback(address) || _sessionRates.TryTake(address) ? null : RoomError.RateLimited;
    }

    /// <summary>Sends away a session that began while the server began to go down, and that nobody else will.</summary>
    public void SendAwayIfStopping(Session session)
    {
        if (Server.IsStopping)
            session.Close(SessionClose.Restart);
    }

    /// <summary>Finds out who opens a session: by a ticket in the URL, or by what the host has authenticated.</summary>
    /// <returns>What is wrong; null if nothing is.</returns>
    public RoomError? Identify(HttpContext context)
    {
        if (!Options.Auth.Tickets || !context.Request.Query.TryGetValue(TicketParameter, out var ticket))
        {
            UserNotes.Take(context);
            return null;
        }

        if (ticket is not [{ } text] || !Tickets.TryUse(text, out var user, out var expires))
            return RoomError.AuthFailed;
        // A copy: what is noted of it holds for this request.
        var holder = user!.Clone();
        UserNotes.Set(holder, new UserNotes(expires, ByTicket: true, UserIdOf(context)));
        context.User = holder;
        return null;
    }

    public Task RefuseAsync(HttpContext context, RoomError error, string? message = null)
    {
        if (error.StatusCode is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = ((int)Server.Options.RetryAfter.TotalSeconds).ToString();
        ServerLog.RoomRequestRefused(Server.Log, context.Connection.RemoteIpAddress, error.StatusCode, error.Code);
        return Refusal.WriteAsync(context, error.StatusCode, error.Code, message ?? error.Message);
    }
}
