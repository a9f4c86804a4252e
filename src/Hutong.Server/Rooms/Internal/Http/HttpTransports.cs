using System.Globalization;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Internal;

/// <summary>Sessions over HTTP: how one begins, is found again, is spoken to and ends.</summary>
internal sealed partial class HttpTransports
{
    private readonly RoomsEndpoint _endpoint;
    private readonly RoomsHttpOptions _options;
    private readonly HttpRequests _requests;
    private readonly EnvelopeCodec _codec;

    public HttpTransports(RoomsEndpoint endpoint)
    {
        _endpoint = endpoint;
        _options = endpoint.Options.Http;
        _requests = new HttpRequests(endpoint.Options);
        _codec = EnvelopeCodec.CreateJson(new EnvelopeLimits { MaxMessageSize = _options.MaxBodySize });
    }

    /// <summary><c>POST send</c>: messages of a client, one or an array. What they are answered with comes over what the session reads.</summary>
    public async Task SendAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "POST").ConfigureAwait(false))
            return;
        if (Find(context, out var wire) is { } unknown)
        {
            await _endpoint.RefuseAsync(context, unknown).ConfigureAwait(false);
            return;
        }

        var (body, error) = await HttpBodies.ReadAsync(context, _options.MaxBodySize).ConfigureAwait(false);
        var envelopes = new List<Envelope>();
        error ??= HttpBodies.Parse(body, _codec, _options.MaxBatch, envelopes);
        if (error is null)
        {
            foreach (var envelope in envelopes)
            {
                error = wire!.Gate!.Check(envelope);
                if (error is not null)
                    break;
                await wire.Session!.ReceiveAsync(envelope).ConfigureAwait(false);
            }
        }

        if (error is not null)
        {
            await _endpoint.RefuseAsync(context, error).ConfigureAwait(false);
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary><c>DELETE session</c>: the client is done.</summary>
    public async Task EndAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "DELETE").ConfigureAwait(false))
            return;
        if (Find(context, out var wire) is { } unknown)
        {
            await _endpoint.RefuseAsync(context, unknown).ConfigureAwait(false);
            return;
        }

        wire!.End(SessionClose.Normal);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST tickets</c>: a ticket for whom the host knows.</summary>
    public async Task IssueTicketAsync(HttpContext context)
    {
        if (!await _requests.BeginAsync(context, "POST").ConfigureAwait(false))
            return;
        UserNotes.Take(context);
        string? ticket = null;
        RoomError? error = null;
        if (context.User.Identity?.IsAuthenticated != true)
            error = RoomError.AuthRequired;
        else if ((ticket = _endpoint.Tickets.Issue(context.User, UserNotes.Of(context.User)?.Expires)) is null)
            error = RoomError.Overloaded;
        if (error is not null)
        {
            await _endpoint.RefuseAsync(context, error).ConfigureAwait(false);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var body = HttpMessages.Write((ticket, _endpoint.Tickets.Lifetime), static (json, t) =>
        {
            json.WriteString("ticket"u8, t.ticket);
            json.WriteNumber("expiresIn"u8, (long)t.Lifetime.TotalMilliseconds);
        }).Data;
        await WriteJsonAsync(context, body).ConfigureAwait(false);
    }

    private static Task WriteJsonAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>The session whose token the request shows.</summary>
    private RoomError? Find(HttpContext context, out HttpWire? wire)
    {
        wire = null;
        return SessionToken.TryParse(context.Request.Headers[HttpRequests.SessionHeader], out var token)
            && _endpoint.Sessions.TryFind(token, _endpoint.UserIdOf(context), out wire) ? null : RoomError.UnknownSession;
    }

    /// <summary>Begins a session.</summary>
    /// <returns>Its wire; null if it was refused, and the request answered.</returns>
    private async ValueTask<HttpWire?> OpenAsync(HttpContext context, string name, string? onlyRoom)
    {
        string? hostUser = _endpoint.UserIdOf(context);
        var error = _endpoint.Admit(context.Connection.RemoteIpAddress) ?? _endpoint.Identify(context);
        if (error is null && !_endpoint.Server.TryEnter())
            error = RoomError.Overloaded;
        if (error is not null)
        {
            await _endpoint.RefuseAsync(context, error).ConfigureAwait(false);
            return null;
        }

        var wire = new HttpWire(_endpoint.Sessions, name, _options, _endpoint.Time) { HostUser = hostUser, OnlyRoom = onlyRoom };
        var request = new WebSocketRequest(context, _endpoint.Server.Texts, _endpoint.Server.Scopes);
        Session? session = null;
        try
        {
            session = await _endpoint.Graph.OpenAsync(
                wire,
                new SessionStart { User = context.User, RemoteAddress = context.Connection.RemoteIpAddress, Request = request }).ConfigureAwait(false);
        }
        finally
        {
            if (session is null)
                _endpoint.Server.Leave();
        }

        if (session is null)
        {
            var refusal = wire.FinalClose == SessionClose.Overloaded ? RoomError.TooManySessions
                : wire.FinalClose == SessionClose.Failed ? RoomError.Internal : RoomError.SessionRefused;
            await _endpoint.RefuseAsync(context, refusal, refusal == RoomError.SessionRefused ? wire.CloseReason : null).ConfigureAwait(false);
            return null;
        }

        session.Ended.UnsafeRegister(static request => _ = ((WebSocketRequest)request!).DisposeScopeAsync().AsTask(), request);
        var view = new RequestView(context.Request.Scheme, context.Request.Host.Value ?? "", context.Request.PathBase + context.Request.Path, session.RemoteAddress);
        wire.Gate = new SessionGate(_endpoint, session, view, hostUser);
        _endpoint.Sessions.Add(wire);
        // It may have been closed before it could be found.
        if (session.IsEnded)
            wire.Gate.End();
        _endpoint.SendAwayIfStopping(session);
        return wire;
    }

    /// <summary>Joins what the request's query names, as if the client had asked by messages: the answers come as messages too.</summary>
    private static async ValueTask JoinAsync(HttpContext context, HttpWire wire, StreamPosition? since)
    {
        foreach (string? room in context.Request.Query["room"])
        {
            if (string.IsNullOrEmpty(room))
                continue;
            var join = new Envelope { Type = EnvelopeType.Join, Room = room, Id = "join", Since = since };
            if (wire.Gate!.Check(join) is { } error)
                wire.Session!.SendError(error, join.Id, room);
            else
                await wire.Session!.ReceiveAsync(join).ConfigureAwait(false);
        }
    }

    /// <summary>The room that the query names, if it is one.</summary>
    private static string? OnlyRoom(HttpContext context) => context.Request.Query["room"] is [{ Length: > 0 } room] ? room : null;

    /// <summary>What the client has received, as a header or a parameter says; null if neither does, negative if it is no number.</summary>
    private static long? Received(HttpContext context)
    {
        string? text = context.Request.Headers[HttpRequests.AckHeader];
        text ??= context.Request.Query["ack"];
        if (text is null)
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long received) ? received : -1;
    }
}
