using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <content>Sends that could not be accepted at once: they wait in order, are dropped, or end the connection.</content>
public sealed partial class WebSocketConnection
{
    // In order; each is a caller that waits, or bytes that TrySend accepted while a stream was under way and that count as unsent.
    private Queue<PendingSend>? _waiting;
    private long _waitingBytes;

    // Whether a sender waits for room. Written under the gate, under which what is unsent falls too, so that progress need not take it to look.
    private bool _waitsForRoom;

    // Who wants to know once that little is left unsent; for rooms, which keep what a slow peer has no room for.
    private Action? _onDrained;
    private long _drainedBelow;

    /// <summary>Calls back once, as soon as no more than so many bytes are unsent; at once if that is so. A second call replaces the first.</summary>
    internal void NotifyDrained(long bytes, Action callback)
    {
        Volatile.Write(ref _drainedBelow, bytes);
        Interlocked.Exchange(ref _onDrained, callback);
        // The other half of this fence is the driver's count: what left before the exchange is not told.
        TellDrained();
    }

    private void TellDrained()
    {
        if (Volatile.Read(ref _onDrained) is not null && _driver.UnsentBytes + _waitingBytes <= Volatile.Read(ref _drainedBelow))
            Interlocked.Exchange(ref _onDrained, null)?.Invoke();
    }

    void IConnectionSink.OnSendProgress()
    {
        TellDrained();
        bool appended = false;
        if (Volatile.Read(ref _waitsForRoom))
        {
            lock (_gate)
            {
                appended = AdmitWaiting();
                GiveRoomToStream();
                _waitsForRoom = _waiting is { Count: > 0 } || _roomForStream is not null;
            }
        }

        // The other half of this fence is where receiving is paused: one of the two sees what the other has written.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _paused))
        {
            Volatile.Write(ref _lastSendProgress, _wheel.CoarseNow);
            UpdateReceivePause();
        }

        if (appended)
            _driver.Flush();
    }

    private ValueTask SendSlowly(SendStatus status, Outgoing message, CancellationToken cancellationToken)
    {
        if (status == SendStatus.Full && _options.SendQueuePolicy != SendQueuePolicy.Wait)
        {
            Refuse(status);
            return _options.SendQueuePolicy == SendQueuePolicy.Drop ? default : ValueTask.FromException(ClosedException());
        }

        PendingSend pending;
        bool appended;
        lock (_gate)
        {
            if (!CanSend)
                return ValueTask.FromException(ClosedException());
            pending = new PendingSend(message, awaited: true);
            Wait(pending);
            // Room may have come since it was refused, and nobody would tell us.
            appended = AdmitWaiting();
        }

        if (appended)
            _driver.Flush();
        return new ValueTask(cancellationToken.CanBeCanceled ? WaitAsync(pending, cancellationToken) : pending.Task);
    }

    private async Task WaitAsync(PendingSend pending, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(
            static (state, token) => ((Action<CancellationToken>)state!)(token), (Action<CancellationToken>)Cancel).ConfigureAwait(false))
        {
            await pending.Task.ConfigureAwait(false);
        }

        void Cancel(CancellationToken token)
        {
            bool appended;
            lock (_gate)
            {
                if (pending.Task.IsCompleted)
                    return;
                pending.Cancel(token);
                _waitingBytes -= pending.Message.Length;
                appended = AdmitWaiting();
            }

            if (appended)
                _driver.Flush();
        }
    }

    /// <summary>Accepts a message of <c>TrySend</c> that has room but must not come between the pieces of a streamed one.</summary>
    private bool TryWaitForTurn(Outgoing message)
    {
        bool appended;
        lock (_gate)
        {
            if (Admit(message.Length) is SendStatus.Full or SendStatus.Closed)
                return false;
            Wait(new PendingSend(message, awaited: false));
            appended = AdmitWaiting();
        }

        if (appended)
            _driver.Flush();
        return true;
    }

    private bool Refuse(SendStatus status)
    {
        if (status != SendStatus.Full)
            return false;
        lock (_gate)
            _messagesDropped++;
        CountDropped();
        if (_options.SendQueuePolicy == SendQueuePolicy.Disconnect)
            FailSlow();
        return false;
    }

    private void FailSlow() =>
        BeginClose(new CloseStatus(CloseCode.SlowConsumer, ConnectionError.SlowConsumer.Message), ConnectionError.SlowConsumer);

    private void Wait(PendingSend pending)
    {
        (_waiting ??= new Queue<PendingSend>()).Enqueue(pending);
        _waitsForRoom = true;
        _waitingBytes += pending.Message.Length;
    }

    /// <summary>Accepts those who wait, in order, as far as there is room. Under the gate.</summary>
    /// <returns>Whether anything was appended.</returns>
    private bool AdmitWaiting()
    {
        bool appended = false;
        while (!_streaming && _waiting is { Count: > 0 } && CanSend)
        {
            var pending = _waiting.Peek();
            var message = pending.Message;
            if (!pending.IsCancelled && !pending.IsStream)
            {
                long unsent = _driver.UnsentBytes;
                if (unsent > 0 && unsent + message.Length > _options.SendQueueLimit)
                    break;
                WriteWaiting(message, unsent);
                appended = true;
            }

            _waiting.Dequeue();
            if (pending.IsCancelled)
                continue;
            _waitingBytes -= message.Length;
            _streaming = pending.IsStream;
            pending.Complete();
        }

        return appended;
    }

    private void WriteWaiting(in Outgoing message, long unsent)
    {
        int payload = message.Length;
        if (message.Text is { } text)
            payload = _protocol.Sender.WriteText(_driver.Output, text);
        else if (message.Prepared is { } prepared)
            Write(prepared);
        else
            _protocol.Sender.WriteMessage(_driver.Output, (Opcode)message.Type, message.Data.Span);
        Account(unsent, payload);
    }

    private void FailWaitingSends()
    {
        lock (_gate)
        {
            if (CanSend && !_receiveEnded)
                return;
            while (_waiting?.TryDequeue(out var pending) == true)
                pending.Fail(ClosedException());
            _waitingBytes = 0;
            _roomForStream?.TrySetResult();
        }
    }
}
