using System.IO.Pipelines;
using Hutong.Transport.Internal;

namespace Hutong.Transport;

/// <summary>
/// The operating system below a loop, in memory: each socket is one end of a pair of pipes, and a scheduler decides when the loop takes its turns.
/// Level-triggered as the real one.
/// </summary>
internal sealed class SimulatedSockets(PipeScheduler scheduler) : SocketSystem
{
    private readonly Dictionary<int, SimulatedSocket> _sockets = [];
    private bool _turnIsScheduled;
    private bool _ended;
    private int _last = 2;

    public EventLoop? Loop { get; set; }

    /// <summary>How many sockets are open.</summary>
    public int Open => _sockets.Count;

    public int Add(IDuplexPipe transport)
    {
        int descriptor = ++_last;
        _sockets.Add(descriptor, new SimulatedSocket(transport, Wake));
        return descriptor;
    }

    public override int Wait(Span<ReadyEvent> events, int timeoutMilliseconds)
    {
        int count = 0;
        foreach (var (descriptor, socket) in _sockets)
        {
            if (socket.Ready is var ready and not Readiness.None)
                events[count++] = new ReadyEvent(ready, descriptor);
        }

        return count;
    }

    public override void Wake()
    {
        if (_turnIsScheduled || _ended)
            return;
        _turnIsScheduled = true;
        scheduler.Schedule(_ => RunTurn(), null);
    }

    public override void Watch(int descriptor, Readiness interest, bool isNew)
    {
        var socket = _sockets[descriptor];
        (socket.Interest is null).ShouldBe(isNew, "watched twice, or changed before it was watched");
        socket.Interest = interest;
        Wake();
    }

    public override void Unwatch(int descriptor)
    {
        // Nothing is watched after the end, which the loop's own objects need not know.
        if (!_ended)
            _sockets[descriptor].Interest = null;
    }

    public override int Receive(int descriptor, Span<byte> buffer) => _sockets[descriptor].Receive(buffer);

    public override int Send(int descriptor, ReadOnlySpan<byte> bytes) => _sockets[descriptor].Send(bytes);

    public override int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        _sockets[descriptor].Send([.. first, .. second]);

    public override void ShutdownSend(int descriptor) => _sockets[descriptor].ShutdownSend();

    public override void ShutdownBoth(int descriptor) => _sockets[descriptor].ShutdownBoth();

    public override int TakeError(int descriptor) => Errors.Reset;

    public override void Close(int descriptor)
    {
        _sockets.Remove(descriptor, out var socket).ShouldBeTrue("closed twice");
        socket!.Interest.ShouldBeNull("closed while it is watched");
        socket.Close();
    }

    public override void Dispose()
    {
        _ended.ShouldBeFalse("ended twice");
        _ended = true;
        foreach (var socket in _sockets.Values)
            socket.Interest = null;
    }

    private void RunTurn()
    {
        _turnIsScheduled = false;
        if (_ended)
            return;
        Loop!.RunTurn(0);
        // What is ready stays ready until it is taken.
        if (_sockets.Values.Any(s => s.Ready != Readiness.None))
            Wake();
    }
}
