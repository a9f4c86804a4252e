using System.Buffers;

namespace Hutong.Connections.Internal;

/// <summary>
/// The members of a group that live on one event loop, or all that live on none. On a loop a broadcast only goes into a log, and when the turn ends every
/// member is visited once, with all that the turn has brought. Whoever sends to a member by itself meanwhile brings it up to date first, so that it
/// gets everything in the order of the calls.
/// </summary>
internal sealed class GroupPart : ITurnWork
{
    // So many members are looked up at once: the lock is not held while they are sent to.
    private const int Step = 64;

    private static long _lastNumber;

    private readonly Lock _lock;
    private readonly ITurnRequest? _turn;
    private readonly GroupLog _log = new();
    private readonly GroupBatch _batch = new();
    private readonly Membership?[] _step = new Membership?[Step];
    private Membership?[] _members = new Membership?[4];

    public GroupPart(ConnectionGroup group, ITurns? turns, Lock groupLock)
    {
        Group = group;
        Turns = turns;
        _lock = groupLock;
        _turn = turns?.Register(this);
    }

    public ConnectionGroup Group { get; }

    /// <summary>Where the members live; null for those whose drivers know no turns.</summary>
    public ITurns? Turns { get; }

    /// <summary>How many members. Under the group's lock.</summary>
    public int Count { get; private set; }

    /// <summary>The position behind the last message that the members are owed.</summary>
    public long LogEnd => _log.End;

    int ITurnWork.Weight => Count;

    /// <summary>Adds a connection. Under its gate and the group's lock.</summary>
    public Membership Add(WebSocketConnection connection)
    {
        var member = new Membership(this, connection) { Position = _log.End, Index = Count };
        if (Count == _members.Length)
            Array.Resize(ref _members, Count * 2);
        _members[Count++] = member;
        return member;
    }

    /// <summary>Takes a member out. Under the group's lock.</summary>
    public void Remove(Membership member)
    {
        // The last one takes its place. Passes go from the end to the start, so none is missed.
        var last = _members[--Count]!;
        _members[member.Index] = last;
        last.Index = member.Index;
        _members[Count] = null;
        member.Index = -1;
    }

    public void CopyTo(List<WebSocketConnection> connections)
    {
        for (int i = 0; i < Count; i++)
            connections.Add(_members[i]!.Connection);
    }

    /// <summary>Sends a message to the members, at the end of the turn or now.</summary>
    public void Broadcast(PreparedMessage message, WebSocketConnection? except)
    {
        if (_turn is not null)
        {
            bool deferred;
            lock (_lock)
                deferred = _log.TryAppend(new(message, except, Interlocked.Increment(ref _lastNumber)));
            if (deferred)
            {
                _turn.Post();
                return;
            }
        }

        var step = ArrayPool<Membership?>.Shared.Rent(Step);
        for (int position = int.MaxValue; NextStep(ref position, step) is var count and > 0;)
        {
            foreach (var member in step.AsSpan(0, count))
            {
                if (member!.Connection != except)
                    member.Connection.TrySend(message);
            }
        }

        ArrayPool<Membership?>.Shared.Return(step, clearArray: true);
    }

    /// <summary>The message that a member is owed next. Under the member's gate.</summary>
    /// <returns>False if there is none.</returns>
    public bool TryPeek(Membership member, out GroupLog.Entry entry)
    {
        entry = default;
        if (!member.IsBehind)
            return false;
        lock (_lock)
            entry = _log[member.Position];
        return true;
    }

    void ITurnWork.Run()
    {
        lock (_lock)
        {
            _batch.Take(_log);
            if (_batch.Count == 0)
                return;
        }

        _batch.Join();
        for (int position = int.MaxValue; NextStep(ref position, _step) is var count and > 0;)
        {
            foreach (var member in _step.AsSpan(0, count))
                member!.Connection.Send(member, _batch);
        }

        _step.AsSpan().Clear();
        lock (_lock)
            _log.Forget(_batch.End);
        _batch.Clear();
    }

    /// <summary>Finds the next members before a position.</summary>
    /// <returns>How many.</returns>
    private int NextStep(ref int position, Membership?[] step)
    {
        lock (_lock)
        {
            int end = Math.Min(position, Count);
            int count = Math.Min(end, Step);
            position = end - count;
            Array.Copy(_members, position, step, 0, count);
            return count;
        }
    }
}
