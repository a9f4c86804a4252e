using Hutong.Connections;
using Hutong.Connections.Internal;
using ConnectionAbortedException = Microsoft.AspNetCore.Connections.ConnectionAbortedException;
using Hutong.Protocol;

namespace Hutong.Transport.Internal;

/// <summary>
/// The driver of a bare socket on a loop. Receiving happens on the loop alone. Sending happens under <see cref="Gate"/> on whichever thread flushes:
/// the socket never blocks, and going through the loop would cost another thread a wake-up. While it is idle it holds no buffer.
/// </summary>
internal sealed partial class SocketDriver : LoopSocket, ITurnDriver, IDirectBufferWriter, IThreadPoolWorkItem
{
    private readonly CallbackWatch? _watch;
    private readonly Action? _onEnd;

    // Written under the gate: by the loop when it closes the socket, so whoever sends holds a descriptor that is not another's by now.
    private int _descriptor;
    private IConnectionSink? _sink;
    private bool _aborted;

    /// <summary>Makes a driver that is not on its loop yet.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="descriptor">The socket, connected and not blocking; this object closes it.</param>
    /// <param name="early">What was received before; null for nothing.</param>
    /// <param name="ended">Whether the peer's end was seen before.</param>
    /// <param name="watch">What guards the loop against slow callbacks; null for nothing.</param>
    /// <param name="onEnd">Called on the loop when the socket is given up.</param>
    public SocketDriver(
        EventLoop loop,
        int descriptor,
        byte[]? early = null,
        bool ended = false,
        CallbackWatch? watch = null,
        Action? onEnd = null)
        : base(loop)
    {
        _descriptor = descriptor;
        _early = early;
        _endIsKnown = ended;
        _watch = watch;
        _onEnd = onEnd;
    }

    /// <inheritdoc/>
    public Lock Gate { get; } = new();

    /// <inheritdoc/>
    public bool RunsUserCode => false;

    /// <inheritdoc/>
    public ITurns Turns => Loop;

    /// <inheritdoc/>
    public void Start(IConnectionSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        bool ended;
        lock (Gate)
        {
            if (_sink is not null)
                throw new InvalidOperationException("The driver is started already.");
            _sink = sink;
            ended = _sendEnded;
            if (ended)
                _reports |= Report.End;
        }

        // Aborted before there was anyone to tell: tell it now.
        if (ended)
            Tell(sink);
        Loop.Post(this, Errands.Start);
    }

    /// <inheritdoc/>
    public void Abort()
    {
        IConnectionSink? sink;
        lock (Gate)
        {
            if (_aborted)
                return;
            _aborted = true;
            sink = _sink;
            if (!_sendEnded)
                EndSend(error: null);
        }

        if (sink is null)
            return;
        Tell(sink);
        Loop.Post(this, Errands.Abort);
    }

    /// <inheritdoc/>
    public override void OnPosted(Errands errands)
    {
        if (errands.HasFlag(Errands.Start))
            StartReceiving();
        if (errands.HasFlag(Errands.PoolTurnDone))
            EndPoolTurn();
        // Before Start there is nothing on the loop yet.
        if (!_started)
            return;
        if (errands.HasFlag(Errands.AwaitWritable))
            AwaitWritable();
        if (errands.HasFlag(Errands.Flush))
            Send();
        UpdateInterest();
        CloseIfDone();
    }

    /// <inheritdoc/>
    public override void OnFault(Exception exception)
    {
        _delivering = false;
        Abort();
    }

    /// <inheritdoc/>
    public override void OnLoopEnd()
    {
        // Not started yet: there is nobody to tell until it is, and OnOrphaned will.
        lock (Gate)
        {
            if (_sink is null)
                return;
        }

        _started = true;
        Abort();
        CloseIfDone();
    }

    /// <inheritdoc/>
    public override void OnOrphaned()
    {
        // A delivery on the pool is finished first; what it posts then comes here again.
        if (_poolTurn && !_poolIsDone)
            return;
        int descriptor;
        bool receiveEnded;
        lock (Gate)
        {
            descriptor = _descriptor;
            receiveEnded = _receiveEnded;
            _descriptor = -1;
            _receiveEnded = true;
            if (!_sendEnded)
                EndSend(new ConnectionAbortedException());
        }

        if (descriptor >= 0)
            Loop.Sockets.Close(descriptor);
        if (_sink is null)
            return;
        Tell(_sink);
        if (!receiveEnded)
            _sink.OnReceiveEnd(error: null);
    }

    /// <summary>Ends what is left when the connection was aborted, and gives up the socket when both sides have ended. On the loop.</summary>
    private void CloseIfDone()
    {
        if (_poolTurn || _delivering)
            return;
        if (!_receiveEnded && (_aborted || (_closing && _sendEnded)))
        {
            // Closed with unread bytes it would be reset, and the reset can overtake the close frame (RFC 6455 §7.1.1).
            if (!_aborted && _descriptor >= 0)
                Loop.Sockets.Receive(_descriptor, Loop.ReceiveBuffer);
            EndReceive(error: null);
        }

        int descriptor;
        lock (Gate)
        {
            if (!_receiveEnded || !_sendEnded || _descriptor < 0)
                return;
            descriptor = _descriptor;
            _descriptor = -1;
        }

        Loop.Remove(descriptor);
        _onEnd?.Invoke();
    }
}
