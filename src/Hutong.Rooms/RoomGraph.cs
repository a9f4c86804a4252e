using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hutong.Rooms;

/// <summary>
/// The rooms and sessions of a node: one graph, whatever wires the sessions come by. <c>AddRooms</c> of Hutong.Server makes one for a web app.
/// Thread-safe.
/// </summary>
public sealed partial class RoomGraph : IRooms, IDisposable
{
    private readonly ConcurrentDictionary<string, RoomActor> _rooms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Session>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<IPAddress, int> _addresses = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IServiceProvider? _services;
    private readonly IDisposable _attachment;
    private readonly IDisposable? _owned;
    private readonly RoomsBuilder _builder;
    private ITimer? _positionTimer;
    private ITimer? _leaseTimer;

    /// <summary>Makes a graph without rooms.</summary>
    /// <param name="options">What holds for all of it; null for the defaults.</param>
    /// <param name="backplane">What lies between the nodes; null for memory of its own.</param>
    /// <param name="presence">Who is where; null for memory of its own.</param>
    /// <param name="services">The host's services, for handlers; null for none.</param>
    /// <param name="loggers">Where it logs; null for nowhere.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public RoomGraph(
        RoomsOptions? options = null, IBackplane? backplane = null, IPresenceStore? presence = null, IServiceProvider? services = null,
        ILoggerFactory? loggers = null)
        : this(options, backplane, presence, services, loggers, PipeScheduler.ThreadPool)
    {
    }

    internal RoomGraph(
        RoomsOptions? options, IBackplane? backplane, IPresenceStore? presence, IServiceProvider? services, ILoggerFactory? loggers,
        PipeScheduler scheduler)
    {
        Options = options ?? new();
        Options.Validate();
        Scheduler = scheduler;
        Log = (loggers ?? NullLoggerFactory.Instance).CreateLogger("Hutong.Rooms");
        Kinds = new RoomKinds(this, Options);
        Dedupe = new DedupeTable(Options);
        Stopping = _stopping.Token;
        _services = services;
        if (backplane is null)
            _owned = (IDisposable)(backplane = new MemoryBackplane(new() { TimeProvider = Options.TimeProvider }));
        Backplane = backplane;
        Presence = presence ?? new MemoryPresence(Options.TimeProvider);
        _builder = new RoomsBuilder(this);
        _attachment = backplane.Attach(TakeNodeMessage);
    }

    /// <summary>What holds for all of it.</summary>
    public RoomsOptions Options { get; }

    /// <summary>The name of this node among those that share its backplane.</summary>
    public string Node { get; } = RandomName();

    /// <summary>How many sessions there are.</summary>
    public int SessionCount => _sessions.Count;

    /// <summary>How many rooms have members on this node.</summary>
    public int RoomCount => _rooms.Count;

    /// <summary>The sessions that are connected to this node.</summary>
    public IEnumerable<Session> Sessions => _sessions.Select(s => s.Value);

    internal IBackplane Backplane { get; }

    internal IPresenceStore Presence { get; }

    internal RoomKinds Kinds { get; }

    internal RoomHandlers Handlers { get; } = new();

    internal DedupeTable Dedupe { get; }

    internal PipeScheduler Scheduler { get; }

    internal ILogger Log { get; }

    internal CancellationToken Stopping { get; }

    internal bool ChecksBackplane => Backplane is not MemoryBackplane;

    internal long Now => Options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says which rooms there are and what happens in them. May be called again, to add to it.</summary>
    /// <param name="configure">Does it.</param>
    public RoomGraph Configure(Action<RoomsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_builder);
        return this;
    }

    /// <summary>
    /// Begins a session. From then on its wire may carry messages. If the session is refused, by a limit or a handler, the wire has been closed.
    /// </summary>
    /// <param name="wire">What carries its messages.</param>
    /// <param name="start">What is known of the client.</param>
    /// <returns>The session; null if it was refused.</returns>
    public async ValueTask<Session?> OpenAsync(SessionWire wire, SessionStart start)
    {
        ArgumentNullException.ThrowIfNull(wire);
        ArgumentNullException.ThrowIfNull(start);
        var session = new Session(this, wire, start, start.Id ?? RandomName());
        if (Add(session) is { } error)
        {
            wire.TrySend(Answers.Error(error, default));
            session.Close(SessionClose.Overloaded);
            return null;
        }

        StartTimers();
        RoomsLog.Opened(Log, session.Id, wire.Name);
        if (Handlers.Connect.Length == 0 && !Handlers.HasMiddleware)
            return session;
        var context = new ConnectContext(this, session);
        if (!await RunAsync(context, "connect").ConfigureAwait(false))
            session.Close(SessionClose.Failed);
        else if (context.Refusal is not null || !context.IsHandled)
            wire.Close(SessionClose.Refused.Code, context.Refusal ?? SessionClose.Refused.Message);
        else
            return session;
        return null;
    }

    /// <summary>Ends what it does in the background. Sessions end with their wires.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        lock (_gate)
        {
            _positionTimer?.Dispose();
            _leaseTimer?.Dispose();
        }

        _attachment.Dispose();
        _owned?.Dispose();
    }

    internal static void CheckClose(int code, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code is not (1000 or 1001 or 1008 or 1011 or 1012 or 1013 or (>= 3000 and <= 4999)))
            throw new ArgumentException($"{code} may not be sent: use 1000, or 3000 to 4999.", nameof(code));
        if (Encoding.UTF8.GetByteCount(reason) > 123)
            throw new ArgumentException("A close reason has at most 123 bytes.", nameof(reason));
    }

    internal AsyncServiceScope CreateScope() =>
        (_services ?? throw new InvalidOperationException("The graph was made without services.")).CreateAsyncScope();

    /// <summary>Runs handlers. What they throw is logged.</summary>
    /// <returns>Whether nothing was thrown.</returns>
    internal async ValueTask<bool> RunAsync(SessionContext context, string what)
    {
        try
        {
            await Handlers.RunAsync(context).ConfigureAwait(false);
            return true;
        }
        catch (Exception e)
        {
            // One that ended under the handler is no fault of the handler's.
            if (e is not OperationCanceledException || !context.Session.IsEnded)
                RoomsLog.HandlerFailed(Log, e, context.Session.Id, what);
            return false;
        }
        finally
        {
            await DisposeScopeAsync(context, what).ConfigureAwait(false);
        }
    }

    internal RoomError? AddUser(string user, Session session)
    {
        lock (_gate)
        {
            if (!_users.TryGetValue(user, out var sessions))
                _users.Add(user, sessions = new(1));
            if (sessions.Count >= Options.MaxSessionsPerUser)
                return RoomError.TooManySessions;
            sessions.Add(session);
            return null;
        }
    }

    /// <summary>Takes a session out.</summary>
    /// <returns>Whether it was in: one that a limit refused never was.</returns>
    internal bool Remove(Session session)
    {
        if (!_sessions.TryRemove(new(session.Id, session)))
            return false;
        lock (_gate)
        {
            if (session.UserId is { } user && _users.TryGetValue(user, out var sessions) && sessions.Remove(session) && sessions.Count == 0)
                _users.Remove(user);
            if (IsCounted(session.RemoteAddress) && --_addresses[session.RemoteAddress] == 0)
                _addresses.Remove(session.RemoteAddress);
        }

        Dedupe.Forget(session);
        RoomsTelemetry.Ended(session.Wire.Name);
        return true;
    }

    internal RoomActor GetRoom(string name, RoomKind kind)
    {
        while (true)
        {
            if (_rooms.TryGetValue(name, out var room) && !room.IsRetired)
                return room;
            if (room is not null)
                _rooms.TryRemove(new(name, room));
            room = new RoomActor(name, kind);
            if (!_rooms.TryAdd(name, room))
                continue;
            RoomsTelemetry.Rooms(1);
            return room;
        }
    }

    internal void Drop(RoomActor room)
    {
        _rooms.TryRemove(new(room.Name, room));
        RoomsTelemetry.Rooms(-1);
    }

    /// <summary>A join has come to a room that has just been dropped.</summary>
    internal void JoinElsewhere(RoomActor room, JoinOperation join)
    {
        _rooms.TryRemove(new(room.Name, room));
        // Not within the turn of the old one, lest one call nest in the other.
        Scheduler.Schedule(
            static state => ((Action)state!)(), (Action)(() => GetRoom(room.Name, Kinds.Find(room.Name)!).Post(join)));
    }

    internal void After(TimeSpan delay, RoomActor room)
    {
        // It keeps itself: nobody waits for it, and a room that is gone by then does nothing.
        ITimer? timer = null;
        timer = Options.TimeProvider.CreateTimer(
            _ =>
            {
                room.Check();
                Volatile.Read(ref timer)?.Dispose();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private static string RandomName() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(12)).Replace('+', '-').Replace('/', '_');

    private static bool IsCounted([NotNullWhen(true)] IPAddress? address) => address is not null && !IPAddress.IsLoopback(address);

    private RoomError? Add(Session session)
    {
        lock (_gate)
        {
            // One with an id of its own may come while another has it.
            if (_sessions.ContainsKey(session.Id))
                return RoomError.SessionRefused;
            int sameAddress = 0;
            if (IsCounted(session.RemoteAddress) && _addresses.TryGetValue(session.RemoteAddress, out sameAddress) && sameAddress >= Options.MaxSessionsPerAddress)
                return RoomError.TooManySessions;
            if (session.UserId is { } user && AddUser(user, session) is { } error)
                return error;
            if (IsCounted(session.RemoteAddress))
                _addresses[session.RemoteAddress] = sameAddress + 1;
            _sessions[session.Id] = session;
        }

        RoomsTelemetry.Opened(session.Wire.Name);
        return null;
    }

    private async ValueTask DisposeScopeAsync(SessionContext context, string what)
    {
        try
        {
            await context.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            RoomsLog.HandlerFailed(Log, e, context.Session.Id, what);
        }
    }

    private void StartTimers()
    {
        if (_leaseTimer is not null)
            return;
        lock (_gate)
        {
            if (_leaseTimer is not null || _stopping.IsCancellationRequested)
                return;
            var time = Options.TimeProvider;
            _leaseTimer = time.CreateTimer(static state => _ = ((RoomGraph)state!).KeepPresenceAliveAsync(), this, TimeSpan.Zero, Options.PresenceLease / 3);
            if (Options.PositionCheckInterval > TimeSpan.Zero)
            {
                _positionTimer = time.CreateTimer(
                    static state => ((RoomGraph)state!).TellPositions(), this, Options.PositionCheckInterval, Options.PositionCheckInterval);
            }
        }
    }

    private async Task KeepPresenceAliveAsync()
    {
        try
        {
            await Presence.KeepAliveAsync(Node, Options.PresenceLease, Stopping).ConfigureAwait(false);
        }
        catch (Exception e) when (!Stopping.IsCancellationRequested)
        {
            RoomsLog.PresenceFailed(Log, e, "*");
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private void TellPositions()
    {
        foreach (var (_, room) in _rooms)
        {
            if (room.Stream.HasHistory)
                room.Post(static room => room.TellPosition());
        }

        if (!RoomsTelemetry.WatchesLag)
            return;
        foreach (var (_, session) in _sessions)
        {
            if (session.Lag is { Bytes: > 0 } lag)
                RoomsTelemetry.Lagging(lag.Bytes, session.Wire.Name);
        }
    }
}
