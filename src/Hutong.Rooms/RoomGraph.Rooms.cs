using System.Diagnostics;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <content>What the application asks for, and what other nodes ask of this one.</content>
public sealed partial class RoomGraph
{
    /// <inheritdoc/>
    public Room Room(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new Room(this, name);
    }

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Type);
        var kind = KindOf(room);
        RoomsTelemetry.Published();
        if (RoomsTelemetry.Activities.HasListeners())
            return PublishTracedAsync(room, request, kind, cancellationToken);
        var publishing = Backplane.PublishAsync(room, request, kind.Stream, cancellationToken);
        if (publishing.IsCompletedSuccessfully && (!_rooms.TryGetValue(room, out var actor) || actor.WaitAsync().IsCompleted))
            return publishing;
        return PublishSlowlyAsync(room, publishing, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask BroadcastAsync(IReadOnlyList<string> rooms, PublishRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Type);
        return Backplane.SendAsync(new(NodeMessageKind.Broadcast) { Rooms = rooms, Message = request, Timestamp = Now }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SendToUserAsync(string user, string type, Payload payload = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Backplane.SendAsync(new(NodeMessageKind.Send) { User = user, Message = new(type, payload), Timestamp = Now }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SendToSessionAsync(string session, string type, Payload payload = default, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return ToSessionAsync(new(NodeMessageKind.Send) { Session = session, Message = new(type, payload), Timestamp = Now }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask JoinAsync(string session, string room, ReadOnlyMemory<byte> info = default, CancellationToken cancellationToken = default)
    {
        KindOf(room);
        return ToSessionAsync(new(NodeMessageKind.Join) { Session = session, Rooms = [room], Info = info }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask LeaveAsync(string session, string room, CancellationToken cancellationToken = default) =>
        ToSessionAsync(new(NodeMessageKind.Leave) { Session = session, Rooms = [room] }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisconnectAsync(string session, int code = 3502, string reason = "", CancellationToken cancellationToken = default)
    {
        CheckClose(code, reason);
        return ToSessionAsync(new(NodeMessageKind.Disconnect) { Session = session, Code = code, Reason = reason }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisconnectUserAsync(string user, int code = 3502, string reason = "", CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        CheckClose(code, reason);
        return Backplane.SendAsync(new(NodeMessageKind.Disconnect) { User = user, Code = code, Reason = reason }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<PresenceSnapshot> GetPresenceAsync(string room, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Presence.GetAsync(room, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<HistoryPage> GetHistoryAsync(string room, StreamPosition? since = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return Backplane.ReadAsync(room, KindOf(room).Stream, since, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Session? FindSession(string id) => _sessions.GetValueOrDefault(id);

    private RoomKind KindOf(string room)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        return Kinds.Find(room) ?? throw new ArgumentException($"No pattern matches the room '{room}'.", nameof(room));
    }

    private async ValueTask<StreamPosition?> PublishSlowlyAsync(string room, ValueTask<StreamPosition?> publishing, CancellationToken cancellationToken)
    {
        var position = await publishing.ConfigureAwait(false);
        if (_rooms.TryGetValue(room, out var actor) && actor.WaitAsync() is { IsCompleted: false } waiting)
            await waiting.WaitAsync(cancellationToken).ConfigureAwait(false);
        return position;
    }

    private async ValueTask<StreamPosition?> PublishTracedAsync(string room, PublishRequest request, RoomKind kind, CancellationToken cancellationToken)
    {
        using var activity = RoomsTelemetry.Activities.StartActivity("rooms.publish", ActivityKind.Producer);
        activity?.SetTag("hutong.room", room);
        activity?.SetTag("hutong.message_type", request.Type);
        try
        {
            return await PublishSlowlyAsync(room, Backplane.PublishAsync(room, request, kind.Stream, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }

    /// <summary>To a session of this node directly, else to every node.</summary>
    private ValueTask ToSessionAsync(NodeMessage message, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(message.Session);
        if (!_sessions.ContainsKey(message.Session))
            return Backplane.SendAsync(message, cancellationToken);
        TakeNodeMessage(message);
        return default;
    }

    private void TakeNodeMessage(NodeMessage message)
    {
        try
        {
            if (message.Kind == NodeMessageKind.Broadcast)
            {
                Broadcast(message);
                return;
            }

            OutgoingMessage? outgoing = null;
            foreach (var session in Addressed(message))
            {
                switch (message.Kind)
                {
                    case NodeMessageKind.Send when message.Message is { } request:
                        // Not an answer: who has no room for it goes without.
                        if ((request.Volatile && !session.Wire.IsWritable) || !session.TrySend(outgoing ??= new(request.Type, request.Payload, timestamp: message.Timestamp) { Original = request.Original }))
                            session.CountDropped();
                        break;
                    case NodeMessageKind.Join:
                        foreach (string room in message.Rooms)
                            JoinByServer(session, room, message.Info);
                        break;
                    case NodeMessageKind.Leave:
                        foreach (string room in message.Rooms)
                            LeaveByServer(session, room);
                        break;
                    case NodeMessageKind.Disconnect:
                        session.Disconnect(message.Code, message.Reason);
                        break;
                }
            }
        }
        catch (Exception e)
        {
            RoomsLog.BackplaneFailed(Log, e, "*");
        }
    }

    private Session[] Addressed(NodeMessage message)
    {
        if (message.Session is not null)
            return FindSession(message.Session) is { } session ? [session] : [];
        lock (_gate)
            return message.User is not null && _users.TryGetValue(message.User, out var sessions) ? [.. sessions] : [];
    }

    private void JoinByServer(Session session, string room, ReadOnlyMemory<byte> info)
    {
        if (Kinds.Find(room) is { } kind)
            GetRoom(room, kind).Post(new JoinOperation(session, this, default) { Info = info.Length == 0 ? null : info.ToArray() });
    }

    private void LeaveByServer(Session session, string room, TaskCompletionSource? left = null)
    {
        if (session.Find(room) is not { } member)
        {
            left?.SetResult();
            return;
        }

        member.Room.Post(actor =>
        {
            actor.Leave(member);
            session.Answer(Answers.Left(room));
            if (left is not null)
                Scheduler.Schedule(static state => ((TaskCompletionSource)state!).SetResult(), left);
        });
        if (Handlers.Leave.Length > 0 || Handlers.HasMiddleware)
            Scheduler.Schedule(static state => _ = ((Func<Task>)state!)(), (Func<Task>)(() => RunAsync(new LeaveContext(this, session, room), "leave").AsTask()));
    }

    /// <summary>Lets a session of this node into a room, without asking the handlers.</summary>
    /// <returns>What is wrong; null if it is in.</returns>
    internal async ValueTask<RoomError?> EnterAsync(Session session, string room, StreamPosition? since = null, JoinTaken? taken = null)
    {
        var join = new JoinOperation(session, this, default) { Since = since, Taken = taken };
        GetRoom(room, KindOf(room)).Post(join);
        await join.WaitAsync().ConfigureAwait(false);
        return join.Error;
    }

    /// <summary>Takes a session of this node out of a room. Nothing of the room comes after it.</summary>
    internal Task ExitAsync(Session session, string room)
    {
        var left = new TaskCompletionSource();
        LeaveByServer(session, room, left);
        return left.Task;
    }

    /// <summary>The sessions of this node that are in any of some rooms, each once.</summary>
    internal async ValueTask<IReadOnlyCollection<Session>> MembersAsync(IReadOnlyList<string> rooms)
    {
        if (rooms.Count == 1)
            return _rooms.TryGetValue(rooms[0], out var single) ? await single.MembersAsync().ConfigureAwait(false) : [];
        var all = new HashSet<Session>();
        foreach (string name in rooms)
        {
            if (_rooms.TryGetValue(name, out var room))
                all.UnionWith(await room.MembersAsync().ConfigureAwait(false));
        }

        return all;
    }

    /// <summary>Sends a message to all who are in any of some rooms, and to some sessions if they are in another room, once to each.</summary>
    /// <param name="rooms">The rooms.</param>
    /// <param name="sessions">The sessions' ids.</param>
    /// <param name="among">The rooms of which the sessions must be in one.</param>
    /// <param name="request">The message.</param>
    /// <param name="here">Whether it is for sessions of this node alone.</param>
    internal ValueTask BroadcastAsync(IReadOnlyList<string> rooms, IReadOnlyList<string> sessions, IReadOnlyList<string> among, PublishRequest request, bool here)
    {
        var message = new NodeMessage(NodeMessageKind.Broadcast) { Rooms = rooms, Sessions = sessions, Among = among, Message = request, Timestamp = Now };
        if (!here)
            return Backplane.SendAsync(message);
        Broadcast(message);
        return default;
    }

    private void Broadcast(NodeMessage message)
    {
        if (message.Message is not { } request)
            return;
        var outgoing = new OutgoingMessage(request.Type, request.Payload, message.Rooms.Count == 1 ? message.Rooms[0] : null, timestamp: message.Timestamp)
        {
            Original = request.Original,
        };
        // Of several rooms each in its own turn, so what a session has got already is shared.
        var seen = message.Rooms.Count + message.Sessions.Count > 1 || request.Except.Count > 0 ? new HashSet<string>(request.Except, StringComparer.Ordinal) : null;
        foreach (string id in message.Sessions)
        {
            if (FindSession(id) is not { } session || !session.IsInAny(message.Among) || session.IsInAny(request.ExceptRooms) || !TryAdd(seen, id))
                continue;
            if ((request.Volatile && !session.Wire.IsWritable) || !session.TrySend(outgoing))
                session.CountDropped();
        }

        foreach (string name in message.Rooms)
        {
            if (_rooms.TryGetValue(name, out var room))
                room.Post(actor => actor.Send(outgoing, seen, request));
        }

        static bool TryAdd(HashSet<string>? seen, string id)
        {
            if (seen is null)
                return true;
            lock (seen)
                return seen.Add(id);
        }
    }
}
