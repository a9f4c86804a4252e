using System.Runtime.InteropServices;
using Hutong.Connections.Internal;
using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Internal;

/// <summary>
/// One thread and the sockets that live on it. A turn waits for events, serves each ready socket once (one receive of bounded size, so that none
/// starves another), runs the errands that other threads posted, sends what the turn has gathered, and closes what is over.
/// </summary>
internal sealed class EventLoop : IDisposable, ITurns
{
    private const int ReceiveSize = 256 * 1024;

    // From so many connections on that wait to be sent to, a turn looks again for events before it sends, so often at most.
    private const int Many = 64;
    private const int MaxLooks = 3;

    // In milliseconds.
    private const int Moment = 1000;

    private readonly ILogger _log;
    private readonly ReadyEvent[] _events = new ReadyEvent[SocketSystem.MaxEvents];
    private readonly List<SocketDriver> _gathered = [];
    private readonly List<LoopWork> _work = [];
    private readonly List<int> _toClose = [];

    // In the order of their time, for all wait equally long.
    private readonly Queue<(LoopSocket Socket, long Due)> _waiting = new();
    private LoopSocket?[] _sockets = new LoopSocket?[1024];

    // A stack that any thread pushes to and the loop takes whole.
    private LoopSocket? _posted;
    private int _asleep;
    private volatile bool _stopping;
    private volatile bool _ended;
    private Thread? _thread;
    private int _runningThread;
    private int _count;
    private int _weight;

    public EventLoop(SocketSystem sockets, ILogger log)
    {
        Sockets = sockets;
        _log = log;
    }

    public SocketSystem Sockets { get; }

    public ILogger Log => _log;

    /// <summary>What every socket of the loop receives into: pinned, and so large that most turns need one receive.</summary>
    public byte[] ReceiveBuffer { get; } = GC.AllocateUninitializedArray<byte>(ReceiveSize, pinned: true);

    public TurnBuffer Turn { get; } = new();

    /// <summary>How many sockets live here, listening ones apart. Read by other threads to find the loop with the fewest.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether the caller runs on the loop.</summary>
    public bool IsCurrent => _runningThread == Environment.CurrentManagedThreadId;

    public void Start(string name)
    {
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.UnsafeStart();
    }

    /// <summary>Asks for errands to be run for a socket. From any thread.</summary>
    public void Post(LoopSocket socket, Errands errands)
    {
        // Who finds it empty links it; the others' errands are seen by the loop, which takes them after it took the socket off the list.
        if (Interlocked.Or(ref socket.Posted, (int)errands) != 0)
            return;
        Link(socket);
        // The exchange in there is a full fence, as is the loop's between falling asleep and its last look: one of the two sees the other.
        if (Volatile.Read(ref _asleep) != 0 || _runningThread == 0)
            Sockets.Wake();
    }

    private void Link(LoopSocket socket)
    {
        LoopSocket? head;
        do
        {
            head = Volatile.Read(ref _posted);
            socket.NextPosted = head;
        }
        while (Interlocked.CompareExchange(ref _posted, socket, head) != head);

        if (_ended)
            EndOrphans();
    }

    /// <summary>Puts a socket in the place of its descriptor. On the loop.</summary>
    /// <returns>Whose place it was; null if the descriptor is new.</returns>
    public LoopSocket? Add(int descriptor, LoopSocket socket)
    {
        if (descriptor >= _sockets.Length)
            Array.Resize(ref _sockets, Math.Max(descriptor + 1, _sockets.Length * 2));
        var before = _sockets[descriptor];
        if (before is null)
            Volatile.Write(ref _count, _count + 1);
        _sockets[descriptor] = socket;
        return before;
    }

    /// <summary>Puts a listening socket in its place. It does not count, and is not the loop's to close. On the loop.</summary>
    public void AddListening(int descriptor, LoopSocket socket)
    {
        Add(descriptor, socket);
        Volatile.Write(ref _count, _count - 1);
    }

    /// <summary>Forgets a listening socket. On the loop.</summary>
    public void RemoveListening(int descriptor)
    {
        Sockets.Unwatch(descriptor);
        _sockets[descriptor] = null;
    }

    /// <summary>
    /// Forgets a descriptor, and closes it when the turn is over: until then its number cannot be given to another socket, for which events
    /// of this turn would be mistaken. On the loop.
    /// </summary>
    public void Remove(int descriptor)
    {
        Sockets.Unwatch(descriptor);
        _sockets[descriptor] = null;
        Volatile.Write(ref _count, _count - 1);
        _toClose.Add(descriptor);
    }

    /// <summary>Calls a socket back in a second. On the loop.</summary>
    public void CallLater(LoopSocket socket) => _waiting.Enqueue((socket, Environment.TickCount64 + Moment));

    /// <summary>Notes that a connection has something to send at the end of the turn. On the loop, once for each connection.</summary>
    /// <returns>False if the end of the turn has come.</returns>
    public bool TryGather(SocketDriver driver)
    {
        if (!Turn.IsOpen)
            return false;
        _gathered.Add(driver);
        return true;
    }

    /// <inheritdoc/>
    public ITurnRequest Register(ITurnWork work) => new LoopWork(this, work);

    /// <summary>Notes that work for so many connections comes at the end of the turn. On the loop.</summary>
    public void Expect(int weight) => _weight += weight;

    /// <summary>Has work done at the end of the turn. On the loop.</summary>
    public void Add(LoopWork work) => _work.Add(work);

    /// <summary>One turn, for a thread that is the loop's from now to its end.</summary>
    /// <param name="timeoutMilliseconds">How long to wait for events at most; −1 for as long as it takes.</param>
    public void RunTurn(int timeoutMilliseconds)
    {
        _runningThread = Environment.CurrentManagedThreadId;
        if (timeoutMilliseconds != 0)
        {
            Interlocked.Exchange(ref _asleep, 1);
            if (Volatile.Read(ref _posted) is not null || _stopping)
                timeoutMilliseconds = 0;
        }

        if (_waiting.TryPeek(out var first) && timeoutMilliseconds < 0)
            timeoutMilliseconds = (int)Math.Clamp(first.Due - Environment.TickCount64, 0, Moment);
        int count = Sockets.Wait(_events, timeoutMilliseconds);
        Volatile.Write(ref _asleep, 0);
        Serve(count);
        // What goes to many costs so much that what was published meanwhile had better leave with it.
        for (int looks = 0; looks < MaxLooks && count > 0 && _gathered.Count + _weight >= Many; looks++)
        {
            count = Sockets.Wait(_events, 0);
            Serve(count);
        }

        CallWaiting();
        RunErrands();
        RunWork();
        SendGathered();
        CloseRemoved();
        _runningThread = 0;
    }

    /// <summary>Ends the loop's thread; every socket that is left is cut.</summary>
    public void Dispose()
    {
        _stopping = true;
        Sockets.Wake();
        if (_thread is not null && _thread != Thread.CurrentThread)
            _thread.Join();
    }

    private void Run()
    {
        while (!_stopping)
            RunTurn(-1);
        End();
    }

    /// <summary>Cuts every socket that is left. On the loop's thread, after its last turn.</summary>
    public void End()
    {
        _runningThread = Environment.CurrentManagedThreadId;
        RunErrands();
        foreach (var socket in _sockets)
        {
            if (socket is not null)
                Guard(socket, static (s, _) => s.OnLoopEnd(), 0u);
        }

        RunErrands();
        SendGathered();
        _ended = true;
        Interlocked.MemoryBarrier();
        EndOrphans();
        CloseRemoved();
        Sockets.Dispose();
        // The number of a thread that has ended is given to another.
        _runningThread = -1;
    }

    /// <summary>Ends the sockets that still ask for something after the loop has ended: on the loop's thread or on that of who asks.</summary>
    private void EndOrphans()
    {
        for (var socket = Interlocked.Exchange(ref _posted, null); socket is not null;)
        {
            var next = socket.NextPosted;
            Volatile.Write(ref socket.Posted, 0);
            socket.OnOrphaned();
            socket = next;
        }
    }

    private void Serve(int count)
    {
        foreach (var e in _events.AsSpan(0, count))
            Serve(e);
    }

    private void Serve(ReadyEvent e)
    {
        // Null if it was removed in this very turn.
        if (_sockets[e.Descriptor] is not { } socket)
            return;
        try
        {
            socket.OnReady(e.Readiness);
        }
        catch (Exception exception)
        {
            Fault(socket, exception);
        }
    }

    private void CallWaiting()
    {
        while (_waiting.TryPeek(out var first) && first.Due <= Environment.TickCount64)
        {
            _waiting.Dequeue();
            Guard(first.Socket, static (s, _) => s.OnDue(), 0);
        }
    }

    private void RunErrands()
    {
        // What errands post is done in the same turn, so that it is sent with it; but not for ever.
        for (int round = 0; round < 4 && Volatile.Read(ref _posted) is not null; round++)
        {
            var socket = Interlocked.Exchange(ref _posted, null);
            while (socket is not null)
            {
                var next = socket.NextPosted;
                socket.NextPosted = null;
                var errands = (Errands)Interlocked.Exchange(ref socket.Posted, 0);
                Guard(socket, static (s, errands) => s.OnPosted((Errands)errands), (uint)errands);
                socket = next;
            }
        }
    }

    private void RunWork()
    {
        _weight = 0;
        // What it asks for again is done in the next turn.
        foreach (var work in CollectionsMarshal.AsSpan(_work))
            Guard(work, static (w, _) => ((LoopWork)w).Run(), 0);
        _work.Clear();
    }

    private void SendGathered()
    {
        // Sending may run callbacks that send to others: what they append goes out in the next turn, so that every turn has an end.
        Turn.Close();
        foreach (var driver in CollectionsMarshal.AsSpan(_gathered))
        {
            try
            {
                driver.SendGathered();
            }
            catch (Exception exception)
            {
                Fault(driver, exception);
            }
        }

        _gathered.Clear();
        Turn.Clear();
    }

    private void CloseRemoved()
    {
        foreach (int descriptor in CollectionsMarshal.AsSpan(_toClose))
            Sockets.Close(descriptor);
        _toClose.Clear();
    }

    private void Guard(LoopSocket socket, Action<LoopSocket, uint> action, uint argument)
    {
        try
        {
            action(socket, argument);
        }
        catch (Exception exception)
        {
            Fault(socket, exception);
        }
    }

    private void Fault(LoopSocket socket, Exception exception)
    {
        TransportLog.LoopFault(_log, exception);
        try
        {
            socket.OnFault(exception);
        }
        catch (Exception second)
        {
            TransportLog.LoopFault(_log, second);
        }
    }
}
