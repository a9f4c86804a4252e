using System.Collections.Concurrent;
using System.Net;
using System.Security.Claims;
using Hutong.Rooms.Internal;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>One client, whatever its wire: the rooms that it is in, and who it is. Thread-safe.</summary>
public sealed partial class Session
{
    private readonly RoomGraph _graph;

    // Guards the rooms, the turn and what is made late.
    private readonly Lock _gate = new();
    private Member?[] _members = [];
    private int _memberCount;
    private ConcurrentDictionary<object, object?>? _items;
    private CancellationTokenSource? _ended;
    private Task? _presence;
    private long _dropped;
    private Bucket _joins;
    private volatile bool _isEnded;

    internal Session(RoomGraph graph, SessionWire wire, SessionStart start, string id)
    {
        _graph = graph;
        Wire = wire;
        Id = id;
        User = start.User;
        UserId = start.User is { Identity.IsAuthenticated: true } user ? graph.Options.UserId(user) : null;
        RemoteAddress = start.RemoteAddress;
        Request = start.Request;
        wire.Session = this;
    }

    /// <summary>Names it to others: it is no secret.</summary>
    public string Id { get; }

    /// <summary>The user's id; null for one who is not authenticated.</summary>
    public string? UserId { get; private set; }

    /// <summary>The user; null for one whom the host knows nothing of.</summary>
    public ClaimsPrincipal? User { get; private set; }

    /// <summary>Where the client is; null if unknown.</summary>
    public IPAddress? RemoteAddress { get; }

    /// <summary>The request that began it, in the form in which the wire gave it.</summary>
    public object? Request { get; }

    /// <summary>What carries its messages.</summary>
    public SessionWire Wire { get; internal set; }

    /// <summary>Anything of the application's own.</summary>
    public IDictionary<object, object?> Items
    {
        get
        {
            if (_items is { } items)
                return items;
            lock (_gate)
                return _items ??= new();
        }
    }

    /// <summary>The names of the rooms that it is in.</summary>
    public IReadOnlyList<string> Rooms
    {
        get
        {
            lock (_gate)
                return [.. _members.AsSpan(0, _memberCount).ToArray().Select(m => m!.Room.Name)];
        }
    }

    /// <summary>What waits for the client: in the wire, and where a newer publication may still take an older one's place.</summary>
    public SessionLag Lag
    {
        get
        {
            var lag = Wire.Pending;
            lock (_gate)
            {
                for (int i = 0; i < _memberCount; i++)
                {
                    if (_members[i]!.Waiting is LatestQueue latest)
                        lag = lag with { Messages = lag.Messages + latest.Count };
                }
            }

            return lag;
        }
    }

    /// <summary>How many publications were dropped because it was behind.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether it is over.</summary>
    public bool IsEnded => _isEnded;

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Ended
    {
        get
        {
            lock (_gate)
            {
                if (_isEnded && _ended is null)
                    return new CancellationToken(canceled: true);
                return (_ended ??= new()).Token;
            }
        }
    }

    /// <summary>Takes over who the client is, once it has shown it. One who is known already stays who it is.</summary>
    /// <param name="user">The user.</param>
    /// <returns>What is wrong; null if it was taken over. A wire answers with it.</returns>
    public RoomError? Authenticate(ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        string? id = _graph.Options.UserId(user);
        lock (_gate)
        {
            if (_isEnded)
                return RoomError.UnknownSession;
            if (UserId is not null && UserId != id)
                return RoomError.AuthFailed;
            if (UserId is null && id is not null && _graph.AddUser(id, this) is { } error)
                return error;
            User = user;
            UserId = id;
            return null;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    internal bool TryTakeJoin(long now)
    {
        lock (_gate)
            return _joins.TryTake(now, _graph.Options.JoinsPerSecond, _graph.Options.JoinBurst);
    }

    internal Member? Find(RoomActor room)
    {
        lock (_gate)
        {
            for (int i = 0; i < _memberCount; i++)
            {
                if (ReferenceEquals(_members[i]!.Room, room))
                    return _members[i];
            }
        }

        return null;
    }

    internal Member? Find(string room)
    {
        lock (_gate)
        {
            for (int i = 0; i < _memberCount; i++)
            {
                if (_members[i]!.Room.Name == room)
                    return _members[i];
            }
        }

        return null;
    }

    internal bool IsInAny(IReadOnlyList<string> rooms)
    {
        // By index: this is asked for each member of a room.
        for (int i = 0; i < rooms.Count; i++)
        {
            if (Find(rooms[i]) is not null)
                return true;
        }

        return false;
    }

    /// <summary><see cref="SessionWire.Direct"/> is there from now on: the rooms may send by it.</summary>
    internal void DirectChanged()
    {
        Member[] members;
        lock (_gate)
            members = _members.AsSpan(0, _memberCount).ToArray()!;
        foreach (var member in members)
            member.Room.Post(room => room.Place(member));
    }

    internal RoomError? TryAdd(Member member)
    {
        lock (_gate)
        {
            if (_isEnded)
                return RoomError.UnknownSession;
            if (_memberCount >= _graph.Options.MaxRoomsPerSession)
                return RoomError.TooManyRooms;
            if (_memberCount == _members.Length)
                Array.Resize(ref _members, Math.Max(2, _memberCount * 2));
            _members[_memberCount++] = member;
            return null;
        }
    }

    internal void Remove(Member member)
    {
        lock (_gate)
        {
            int index = Array.IndexOf(_members, member, 0, _memberCount);
            if (index < 0)
                return;
            _members[index] = _members[--_memberCount];
            _members[_memberCount] = null;
        }
    }

    /// <summary>What the presence store is told of one session, it is told in order.</summary>
    internal void AfterPresence(Func<Task, Task> next)
    {
        var done = new TaskCompletionSource();
        Task before;
        lock (_gate)
        {
            before = _presence ?? Task.CompletedTask;
            _presence = done.Task;
        }

        _ = RunAsync(next(before), done);

        static async Task RunAsync(Task running, TaskCompletionSource done)
        {
            // It never fails.
            await running.ConfigureAwait(false);
            done.SetResult();
        }
    }
}
