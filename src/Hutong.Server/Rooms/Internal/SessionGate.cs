using Hutong.Rooms;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Server.Internal;

/// <summary>
/// What a session's messages pass before the rooms see them: rates, and whether the client has to say first who it is. Also what becomes of the
/// session when it does not, or when what it said expires. It goes with the session from wire to wire.
/// </summary>
internal sealed class SessionGate
{
    private readonly RoomsEndpoint _endpoint;
    private readonly RequestView _request;
    private readonly Lock _lock = new();
    private Bucket _bucket;
    private ITimer? _timer;
    private int _refused;
    private bool _isEnded;
    private volatile bool _mustAuthenticate;

    public SessionGate(RoomsEndpoint endpoint, Session session, RequestView request, string? hostUser)
    {
        _endpoint = endpoint;
        _request = request;
        Session = session;
        HostUser = hostUser;
        var auth = endpoint.Options.Auth;
        _mustAuthenticate = auth.Required && session.User?.Identity?.IsAuthenticated != true;
        if (_mustAuthenticate)
            SetTimer(auth.Timeout);
        else if (auth.EnforceExpiry && UserNotes.Of(session.User)?.Expires is { } expires)
            SetTimer(Until(expires));
    }

    public Session Session { get; }

    /// <summary>Whom the host had authenticated with the request that began the session.</summary>
    public string? HostUser { get; }

    /// <summary>Whether a message may go on to the rooms.</summary>
    /// <returns>What is wrong; null if it may.</returns>
    public RoomError? Check(in Envelope envelope)
    {
        bool tooFast;
        lock (_lock)
        {
            tooFast = !_endpoint.Rates.TryTake(Session, ref _bucket);
            _refused = tooFast ? _refused + 1 : 0;
        }

        if (tooFast)
        {
            if (_refused > _endpoint.Options.Limits.Tolerance)
                Session.Close(SessionClose.RateLimited);
            return RoomError.RateLimited;
        }

        return _mustAuthenticate && envelope.Type is not (EnvelopeType.Auth or EnvelopeType.Ping or EnvelopeType.Resume) ? RoomError.AuthRequired : null;
    }

    /// <summary>Takes <c>auth</c> and <c>resume</c>, in the session's turn.</summary>
    public ValueTask<RoomError?> TakeAsync(Envelope envelope, SessionWire wire) => envelope.Type switch
    {
        EnvelopeType.Auth => AuthenticateAsync(envelope),
        EnvelopeType.Resume when wire is WebSocketWire webSocket => new(Resume(envelope, webSocket)),
        _ => new(RoomError.UnknownType),
    };

    public void End()
    {
        lock (_lock)
        {
            _isEnded = true;
            _timer?.Dispose();
        }
    }

    private async ValueTask<RoomError?> AuthenticateAsync(Envelope envelope)
    {
        if (envelope.Token is not { } token)
            return RoomError.InvalidToken;
        var auth = _endpoint.Options.Auth;
        AuthenticateResult result;
        var scope = _endpoint.Server.Scopes.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            // A request that there is not: the host's handler finds in it what it would find in a real one that came with this token.
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
            context.Request.Method = HttpMethods.Get;
            context.Request.Scheme = _request.Scheme;
            context.Request.Host = new HostString(_request.Host);
            context.Request.Path = _request.Path;
            context.Request.Headers.Authorization = $"Bearer {token}";
            context.Connection.RemoteIpAddress = _request.Address;
            result = await context.AuthenticateAsync(auth.Scheme).ConfigureAwait(false);
        }

        if (result is not { Succeeded: true, Principal: { } user })
            return Fail(envelope, RoomError.AuthFailed);
        var expires = result.Properties?.ExpiresUtc;
        UserNotes.Set(user, new UserNotes(expires));
        if (Session.Authenticate(user) is { } error)
            return error == RoomError.AuthFailed ? Fail(envelope, error) : error;
        _mustAuthenticate = false;
        SetTimer(auth.EnforceExpiry && expires is { } end ? Until(end) : Timeout.InfiniteTimeSpan);
        Session.Answer(HttpMessages.AuthSuccess(envelope.Id, Session.UserId, expires));
        return null;
    }

    /// <summary>A client that had nothing else to show is sent away; one that is known stays until that expires.</summary>
    private RoomError? Fail(in Envelope envelope, RoomError error)
    {
        Session.Answer(new AuthFailMessage(error.Message, envelope.Id));
        if (_mustAuthenticate)
            Session.Close(SessionClose.AuthFailed);
        return null;
    }

    /// <summary>A WebSocket asks to go on with a session of an HTTP transport.</summary>
    private RoomError? Resume(in Envelope envelope, WebSocketWire wire)
    {
        if (!SessionToken.TryParse(envelope.Token, out var token) || !_endpoint.Sessions.TryFind(token, HostUser, out var http))
            return RoomError.UnknownSession;
        var session = http.Session!;
        var gate = http.Gate!;
        var ack = new OutgoingMessage(EnvelopeType.Ack, HttpMessages.Write(session.Id, static (json, id) => json.WriteString("session"u8, id)), id: envelope.Id);
        if (http.MoveTo(wire, envelope.Ack ?? 0, ack) is { } error)
            return error;
        wire.Gate = gate;
        // What the connection began with is over; its wire is another session's now.
        End();
        Session.End(SessionClose.Replaced.Code, SessionClose.Replaced.Message);
        return null;
    }

    private TimeSpan Until(DateTimeOffset expires)
    {
        var left = expires - _endpoint.Time.GetUtcNow();
        // Timers reach no further than 49 days.
        return left < TimeSpan.Zero ? TimeSpan.Zero : left > TimeSpan.FromDays(40) ? Timeout.InfiniteTimeSpan : left;
    }

    private void SetTimer(TimeSpan due)
    {
        lock (_lock)
        {
            if (_isEnded)
                return;
            if (_timer is null && due != Timeout.InfiniteTimeSpan)
                _timer = _endpoint.Time.CreateTimer(static state => ((SessionGate)state!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer?.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTime() => Session.Close(_mustAuthenticate ? SessionClose.AuthTimeout : SessionClose.AuthExpired);
}
