using Hutong.Rooms;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>
/// A session whose messages wait until requests fetch them. While no request is there it is kept for a time. It can be moved to a WebSocket.
/// </summary>
internal sealed class HttpWire : SessionWire
{
    private readonly Lock _gate = new();
    private readonly Outbox _outbox;
    private readonly HttpSessions _sessions;
    private readonly ITimer _timer;
    private readonly RoomsHttpOptions _options;
    private HttpReader? _reader;
    private SessionWire? _onward;
    private long _drainedAt = -1;
    private bool _isClosed;
    private bool _isEnded;

    public HttpWire(HttpSessions sessions, string name, RoomsHttpOptions options, TimeProvider time)
    {
        _sessions = sessions;
        _options = options;
        _outbox = new Outbox(options);
        Name = name;
        _timer = time.CreateTimer(static state => ((HttpWire)state!).EndIfUnread(SessionClose.Idle), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override string Name { get; }

    public override Dialect Dialect => HttpDialect.Instance;

    /// <summary>The secret half of the session's token.</summary>
    public string SecretText { get; } = Secret.Create();

    /// <summary>What the client must show.</summary>
    public SessionToken Token => new(Session!.Id, SecretText);

    /// <summary>Whom the host had authenticated when it began; requests of another one are not of this session.</summary>
    public string? HostUser { get; init; }

    /// <summary>What the client's messages go through.</summary>
    public SessionGate? Gate { get; set; }

    /// <summary>The one room that an SSE stream was opened for, whose position its events carry; null if there is no such one.</summary>
    public string? OnlyRoom { get; init; }

    public override SessionLag Pending
    {
        get
        {
            lock (_gate)
                return _onward?.Pending ?? new SessionLag(_outbox.PendingMessages, _outbox.PendingBytes);
        }
    }

    /// <summary>What ended it, if it is one of the protocol's reasons; null while it lives.</summary>
    public SessionClose? FinalClose { get; private set; }

    /// <summary>What was said when it was closed.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>Whether nothing can be read any more.</summary>
    public bool IsEnded
    {
        get
        {
            lock (_gate)
                return _isEnded;
        }
    }

    /// <summary>Whether a request reads now.</summary>
    public bool IsRead
    {
        get
        {
            lock (_gate)
                return _reader is not null;
        }
    }

    /// <summary>Whether the session is over, the client has all that there was, and should not come back.</summary>
    public bool IsFinished
    {
        get
        {
            lock (_gate)
                return _isClosed && _outbox.PendingMessages == 0 && FinalClose is not { Reconnect: true };
        }
    }

    public override bool TrySend(OutgoingMessage message)
    {
        // Encoded outside the lock, by whoever needs it first.
        HttpDialect.Of(message);
        SessionWire? onward;
        HttpReader? reader;
        lock (_gate)
        {
            onward = _onward;
            if (onward is null && (_isClosed || !_outbox.TryAdd(message)))
                return false;
            reader = _reader;
        }

        if (onward is not null)
            return onward.TrySend(message);
        reader?.Signal();
        return true;
    }

    public override void NotifyDrained(long bytes)
    {
        SessionWire? onward;
        lock (_gate)
        {
            onward = _onward;
            if (onward is null && _outbox.PendingBytes > bytes)
            {
                _drainedAt = Math.Max(_drainedAt, bytes);
                return;
            }
        }

        if (onward is not null)
            onward.NotifyDrained(bytes);
        else
            Session?.Drained();
    }

    public override void Close(int code, string reason)
    {
        HttpReader? reader;
        SessionWire? onward;
        lock (_gate)
        {
            onward = _onward;
            if (_isClosed)
                return;
            _isClosed = true;
            reader = _reader;
            if (onward is null)
            {
                _outbox.TryAdd(HttpMessages.Close(code, reason), always: true);
                FinalClose = SessionClose.All.FirstOrDefault(c => c.Code == code);
                CloseReason = reason;
                if (_reader is null)
                    _timer.Change(_options.KeepFor, Timeout.InfiniteTimeSpan);
            }
        }

        if (onward is not null)
        {
            onward.Close(code, reason);
            return;
        }

        reader?.Signal();
        // The session leaves its rooms now; what is left to read can be fetched for a while. Not from here: a room's turn may be the caller.
        ThreadPool.UnsafeQueueUserWorkItem(static s => s.Wire.EndSession(s.Code, s.Reason), (Wire: this, Code: code, Reason: reason), preferLocal: false);
    }

    /// <summary>Lets a request read from where the client stopped. The one that reads now gives way.</summary>
    /// <returns>What is wrong; null if it may.</returns>
    public RoomError? Attach(HttpReader reader, long received)
    {
        HttpReader? before;
        lock (_gate)
        {
            if (_isEnded || _onward is not null)
                return RoomError.UnknownSession;
            if (!_outbox.TryRewind(received))
                return RoomError.SessionLost;
            before = _reader;
            _reader = reader;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        before?.Signal();
        return null;
    }

    /// <summary>A request has ended.</summary>
    public void Detach(HttpReader reader)
    {
        lock (_gate)
        {
            if (_reader != reader)
                return;
            _reader = null;
            if (!_isEnded && !(_isClosed && _sessions.IsStopping))
            {
                _timer.Change(_options.KeepFor, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        End(SessionClose.Restart);
    }

    /// <summary>Takes what there is, up to a size, of which the first message may be larger.</summary>
    public HttpTake Take(HttpReader reader, List<NumberedMessage> into, int mostBytes)
    {
        bool drained = false;
        HttpTake result;
        lock (_gate)
        {
            if (_reader != reader)
                return HttpTake.Replaced;
            int bytes = 0;
            while (into.Count < _options.ReplayMessages && bytes < mostBytes && _outbox.TryTake(mostBytes - bytes, bytes == 0, out long number, out var message))
            {
                into.Add(new NumberedMessage(number, message));
                bytes += HttpDialect.Of(message).Length;
            }

            if (_drainedAt >= 0 && _outbox.PendingBytes <= _drainedAt)
            {
                _drainedAt = -1;
                drained = true;
            }

            result = into.Count > 0 ? HttpTake.Messages : _isClosed || _isEnded ? HttpTake.Ended : HttpTake.Nothing;
        }

        if (drained)
            Session!.Drained();
        return result;
    }

    /// <summary>Moves the session to another wire: what the client lacks goes there first, then all that follows.</summary>
    /// <param name="wire">The wire.</param>
    /// <param name="received">What the client has.</param>
    /// <param name="first">What is said before everything else.</param>
    /// <returns>What is wrong; null if it was moved.</returns>
    public RoomError? MoveTo(SessionWire wire, long received, OutgoingMessage first)
    {
        HttpReader? reader;
        bool fits;
        lock (_gate)
        {
            if (_isEnded || _isClosed || _onward is not null)
                return RoomError.UnknownSession;
            if (!_outbox.TryRewind(received))
                return RoomError.SessionLost;
            // Whoever sends now waits at the lock, and goes onward after what went before it.
            fits = wire.TrySend(first);
            while (fits && _outbox.TryTake(int.MaxValue, always: true, out _, out var message))
                fits = wire.TrySend(message);
            _onward = wire;
            reader = _reader;
            _reader = null;
            _timer.Dispose();
        }

        _sessions.Remove(this);
        var session = Session!;
        RoomsTelemetry.Ended(Name);
        RoomsTelemetry.Opened(wire.Name);
        session.Wire = wire;
        wire.Session = session;
        reader?.Signal();
        if (!fits)
            session.Close(SessionClose.TooSlow);
        else
            session.Drained();
        return null;
    }

    /// <summary>Ends it if no request reads.</summary>
    public void EndIfUnread() => EndIfUnread(SessionClose.Restart);

    private void EndIfUnread(SessionClose close)
    {
        lock (_gate)
        {
            if (_reader is not null)
                return;
        }

        End(close);
    }

    /// <summary>Ends it at once, whatever there is to read.</summary>
    public void End(SessionClose close)
    {
        HttpReader? reader;
        lock (_gate)
        {
            if (_isEnded || _onward is not null)
                return;
            _isEnded = true;
            _isClosed = true;
            reader = _reader;
            _timer.Dispose();
        }

        _sessions.Remove(this);
        reader?.Signal();
        EndSession(close.Code, close.Message);
    }

    // In this order: whoever sets the gate looks afterwards whether the session is over.
    private void EndSession(int code, string reason)
    {
        Session?.End(code, reason);
        Gate?.End();
    }

    public override ValueTask<RoomError?> ReceiveAsync(Envelope envelope) => Gate?.TakeAsync(envelope, this) ?? new(RoomError.UnknownType);
}
