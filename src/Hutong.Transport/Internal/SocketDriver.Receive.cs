using System.Buffers;

namespace Hutong.Transport.Internal;

/// <content>Receiving: on the loop, or for an endpoint that was moved there on the pool.</content>
internal sealed partial class SocketDriver
{
    private const int PoolReceiveSize = 64 * 1024;

    // The loop's own, but for _paused.
    private byte[]? _early;
    private bool _endIsKnown;
    private bool _started;
    private bool _receiveEnded;
    private bool _delivering;
    private bool _poolTurn;
    private volatile bool _poolIsDone;
    private int _poolResult;
    private int _turns;
    private volatile bool _paused;

    /// <inheritdoc/>
    public void PauseReceive() => _paused = true;

    /// <inheritdoc/>
    public void ResumeReceive()
    {
        _paused = false;
        Loop.Post(this, Errands.Resume);
    }

    /// <inheritdoc/>
    public override void OnReady(Readiness readiness)
    {
        bool dead = (readiness & (Readiness.Error | Readiness.HangUp)) != Readiness.None;
        // A reset may show itself before the socket counts as writable, and below it may be watched no more.
        if (readiness.HasFlag(Readiness.Write) || (dead && _awaitsWritable))
            OnWritable();
        if (!dead && !readiness.HasFlag(Readiness.Read))
            return;
        if (_receiveEnded)
        {
            if (dead)
                FailSend(Loop.Sockets.TakeError(_descriptor));
        }
        else if (!_poolTurn && (!_paused || _aborted))
        {
            Receive();
        }
        else if (dead)
        {
            // It is reported for as long as the socket is watched: look again when receiving goes on.
            StopWatching();
        }
        else
        {
            UpdateInterest();
        }
    }

    /// <summary>The pool's part: a receive and its delivery, away from the loop. Nothing else receives meanwhile.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        byte[] buffer = _early ?? ArrayPool<byte>.Shared.Rent(PoolReceiveSize);
        int count = _early is null ? Loop.Sockets.Receive(_descriptor, buffer) : buffer.Length;
        try
        {
            if (count > 0)
                _sink!.OnReceived(buffer.AsMemory(0, count), endOfTurn: true);
        }
        catch (Exception)
        {
            Abort();
        }

        if (_early is null)
            ArrayPool<byte>.Shared.Return(buffer);
        _early = null;
        _poolResult = count;
        _poolIsDone = true;
        Loop.Post(this, Errands.PoolTurnDone);
    }

    /// <summary>Takes the socket's place on the loop before the start, and leaves it unread. On the loop.</summary>
    public void Park()
    {
        WatchedFor = Loop.Add(_descriptor, this)?.WatchedFor;
        StopWatching();
    }

    private void StartReceiving()
    {
        _started = true;
        if (_descriptor < 0)
            return;
        var before = Loop.Add(_descriptor, this);
        if (before is not null && before != this)
            WatchedFor = before.WatchedFor;
        if (!_aborted && _early is { } early)
        {
            if (_watch is { OnPool: true })
            {
                BeginPoolTurn();
            }
            else
            {
                _early = null;
                Deliver(early);
            }
        }

        if (!_aborted && _endIsKnown && !_poolTurn)
            EndReceive(error: null);
        Send();
        UpdateInterest();
        CloseIfDone();
    }

    private void Receive()
    {
        if (_watch is { OnPool: true })
        {
            BeginPoolTurn();
            return;
        }

        byte[] buffer = Loop.ReceiveBuffer;
        int count = Loop.Sockets.Receive(_descriptor, buffer);
        if (count > 0)
            Deliver(buffer.AsMemory(0, count));
        else
            AfterReceive(count);
    }

    private void BeginPoolTurn()
    {
        _poolTurn = true;
        _poolIsDone = false;
        UpdateInterest();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Deliver(Memory<byte> bytes)
    {
        _delivering = true;
        long began = _watch?.Now ?? 0;
        _sink!.OnReceived(bytes, endOfTurn: true);
        _watch?.Note(_watch.Now - began, ref _turns);
        _delivering = false;
        // What ended meanwhile has waited for the delivery's end.
        if (_aborted || _sendEnded)
            CloseIfDone();
    }

    private void AfterReceive(int count)
    {
        if (count == 0)
        {
            EndReceive(error: null);
        }
        else if (count != Errors.WouldBlock)
        {
            EndReceive(Errors.ToException(count));
            FailSend(count);
        }
    }

    private void EndPoolTurn()
    {
        _poolTurn = false;
        if (_poolResult <= 0)
            AfterReceive(_poolResult);
        else if (_endIsKnown && !_aborted)
            EndReceive(error: null);
        UpdateInterest();
        CloseIfDone();
    }

    private void EndReceive(Exception? error)
    {
        if (_receiveEnded)
            return;
        _receiveEnded = true;
        UpdateInterest();
        _sink!.OnReceiveEnd(_aborted ? null : error);
        CloseIfDone();
    }

    /// <summary>Watches for what is wanted now. Level-triggered, so that nothing is lost between two looks.</summary>
    private void UpdateInterest()
    {
        var wanted = Readiness.None;
        if (!_receiveEnded && !_poolTurn && (!_paused || _aborted))
            wanted |= Readiness.Read;
        if (_awaitsWritable)
            wanted |= Readiness.Write;
        // A socket that waits for nothing need not be watched, but one that is watched stays so.
        if (_descriptor < 0 || wanted == (WatchedFor ?? Readiness.None))
            return;
        Loop.Sockets.Watch(_descriptor, wanted, isNew: WatchedFor is null);
        WatchedFor = wanted;
    }

    private void StopWatching()
    {
        Loop.Sockets.Unwatch(_descriptor);
        WatchedFor = null;
    }
}
