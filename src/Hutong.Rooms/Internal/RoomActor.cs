namespace Hutong.Rooms.Internal;

/// <summary>
/// A room on this node: its members, and what is being done in it. Everything happens in the room's turn: operations are queued from any thread
/// without a lock, and one thread at a time, whichever came when nobody was at it, works them off. So publications reach members in
/// their order, and no lock is held while members are written to.
/// </summary>
internal sealed partial class RoomActor : IRoomSubscriber
{
    // After so much work in one go, an operation or a delivery each, the rest is left to the pool: the thread may be that of a publisher.
    private const int Turn = 50_000;

    private readonly RoomKind _kind;

    // Newest first; whoever takes them turns them around.
    private RoomOperation? _inbox;
    private RoomOperation? _ready;
    private int _running;
    private int _work;

    private Member[] _members = [];
    private int _count;

    public RoomActor(string name, RoomKind kind)
    {
        _kind = kind;
        _place = kind.Stream.HasHistory ? new RoomPlace() : RoomPlace.None;
        Name = name;
    }

    public string Name { get; }

    public RoomOptions Options => _kind.Options;

    public StreamOptions Stream => _kind.Stream;

    private RoomGraph Graph => _kind.Graph;

    /// <summary>How many members it has, as of now.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Receive(Publication publication) => Push(new DeliverOperation(publication));

    public void Flush()
    {
        if (Interlocked.CompareExchange(ref _running, 1, 0) == 0)
            Drain();
    }

    /// <summary>Queues an operation, and works it off if nobody is at it.</summary>
    public void Post(RoomOperation operation)
    {
        Push(operation);
        Flush();
    }

    public void Post(Action<RoomActor> action) => Post(new RoomCall(action));

    private void Push(RoomOperation operation)
    {
        var head = Volatile.Read(ref _inbox);
        while (true)
        {
            operation.Next = head;
            var seen = Interlocked.CompareExchange(ref _inbox, operation, head);
            if (ReferenceEquals(seen, head))
                return;
            head = seen;
        }
    }

    private void Drain()
    {
        _work = 0;
        while (true)
        {
            var operation = _ready ?? TakeInbox();
            if (operation is null)
            {
                RetireIfEmpty();
                Volatile.Write(ref _running, 0);
                // The other half of this fence is the exchange in Push: one of the two threads sees what the other has written.
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _inbox) is null || Interlocked.CompareExchange(ref _running, 1, 0) != 0)
                    return;
                continue;
            }

            _ready = operation.Next;
            operation.Next = null;
            try
            {
                operation.Run(this);
            }
            catch (Exception e)
            {
                RoomsLog.RoomFailed(Graph.Log, e, Name);
            }

            if (++_work < Turn)
                continue;
            Graph.Scheduler.Schedule(static state => ((RoomActor)state!).Drain(), this);
            return;
        }
    }

    private RoomOperation? TakeInbox()
    {
        var operation = Interlocked.Exchange(ref _inbox, null);
        RoomOperation? first = null;
        while (operation is not null)
        {
            var next = operation.Next;
            operation.Next = first;
            first = operation;
            operation = next;
        }

        return first;
    }

    private void Add(Member member)
    {
        if (_count == _members.Length)
            Array.Resize(ref _members, Math.Max(4, _count * 2));
        member.Index = _count;
        _members[_count] = member;
        Volatile.Write(ref _count, _count + 1);
    }

    private void Remove(Member member)
    {
        int last = _count - 1;
        var moved = _members[last];
        _members[member.Index] = moved;
        moved.Index = member.Index;
        _members[last] = null!;
        Volatile.Write(ref _count, last);
        member.Index = -1;
        if (last < _members.Length / 4 && _members.Length > 4)
            Array.Resize(ref _members, _members.Length / 2);
    }
}
