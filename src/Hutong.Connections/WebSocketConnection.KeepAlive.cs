using System.Buffers.Binary;
using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <content>Time: pings that reap dead peers, heartbeats, and the deadlines of closing. One entry in the wheel serves all of them.</content>
public sealed partial class WebSocketConnection
{
    private const int MaxPings = 16;

    // Guarded by the gate; milliseconds of the wheel. _closeDue is 0 while the connection is open.
    private long _closeDue;
    private bool _pingUnanswered;
    private long _pingSent;
    private long _bytesAtPing;
    private long _lastSendProgress;
    private long _pingSequence;
    private List<PendingPing>? _pings;

    // The wheel's.
    private TimerLinks _timerLinks;

    ref TimerLinks ITimerWheelOwner.TimerLinks => ref _timerLinks;

    /// <summary>Sends a ping and measures how long its pong takes. Several may be under way at once, at most 16.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The time from the ping to its pong.</returns>
    /// <exception cref="ConnectionClosedException">The connection closed before the pong came.</exception>
    /// <exception cref="InvalidOperationException">16 pings wait for their pongs.</exception>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<TimeSpan>(cancellationToken);
        Start();
        PendingPing ping;
        lock (_gate)
        {
            if (!CanSend)
                return ValueTask.FromException<TimeSpan>(ClosedException());
            _pings ??= [];
            if (_pings.Count >= MaxPings)
                return ValueTask.FromException<TimeSpan>(new InvalidOperationException($"{MaxPings} pings wait for their pongs already."));
            ping = new PendingPing(++_pingSequence, _options.TimeProvider.GetTimestamp());
            _pings.Add(ping);
            Span<byte> payload = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(payload, ping.Number);
            _protocol.Sender.WritePing(_driver.Output, payload);
        }

        _driver.Flush();
        return cancellationToken.CanBeCanceled ? WaitForPongAsync(ping, cancellationToken) : new ValueTask<TimeSpan>(ping.Done.Task);
    }

    void ITimerWheelOwner.OnDue()
    {
        long now = _wheel.Now;
        DueAction action;
        lock (_gate)
        {
            if (_finished)
                return;
            action = _closeDue > 0 ? ClosingIsDue(now) : KeepAliveIsDue(now);
            if (_closeDue == 0)
                ScheduleNext(now);
        }

        switch (action)
        {
            case DueAction.Flush:
                _driver.Flush();
                break;
            case DueAction.AnswerClose:
                AnswerClose();
                break;
            case DueAction.Complete:
                CompleteSend();
                break;
            case DueAction.Abort:
                Abort(ConnectionError.CloseTimeout);
                break;
            case DueAction.AbortDead:
                Abort(ConnectionError.KeepAliveTimeout);
                break;
            case DueAction.AbortStuck:
                Abort(ConnectionError.SendTimeout);
                break;
        }
    }

    private void StartKeepAlive()
    {
        lock (_gate)
        {
            _lastReceived = _lastSent = _lastSendProgress = _wheel.Now;
            if (_closeDue == 0)
                ScheduleNext(_lastReceived);
        }
    }

    /// <summary>Sets the deadline of a step of closing. A later one replaces an earlier one: each step has its own time.</summary>
    private void ScheduleClose(TimeSpan after)
    {
        lock (_gate)
        {
            if (_finished)
                return;
            _closeDue = Math.Max(1, _wheel.Now + (long)after.TotalMilliseconds);
            _wheel.Schedule(this, _closeDue);
        }
    }

    private DueAction ClosingIsDue(long now)
    {
        if (now < _closeDue)
        {
            // Moved while this call was on its way. Under the gate, so that it is not set again after the end.
            _wheel.Schedule(this, _closeDue);
            return DueAction.None;
        }

        if (_closeReceived is not null)
            return DueAction.AnswerClose;
        // After a framing error the linger is over: end our side, which gives the peer one more close timeout.
        return _failedFraming && !_sendCompleted ? DueAction.Complete : DueAction.Abort;
    }

    private DueAction KeepAliveIsDue(long now)
    {
        // Closing has begun and is about to set its own deadline: nothing may follow the close frame (RFC 6455 §5.5.1).
        if (!CanSend)
            return DueAction.None;
        var due = SendHeartbeatIfDue(now) ? DueAction.Flush : DueAction.None;
        long interval = (long)_options.KeepAliveInterval.TotalMilliseconds;
        if (interval == 0)
            return due;
        long timeout = (long)_options.KeepAliveTimeout.TotalMilliseconds;
        if (Volatile.Read(ref _paused))
        {
            // We are not reading, so silence proves nothing. But a peer that takes nothing either has stopped.
            _pingUnanswered = false;
            _lastReceived = Math.Max(_lastReceived, now - interval + 1);
            if (_driver.UnsentBytes == 0)
                _lastSendProgress = now;
            return now - _lastSendProgress >= interval + timeout ? DueAction.AbortStuck : due;
        }

        // Any byte counts as life. Bytes are counted, not times compared: the pong may come within the tick of its ping.
        if (_pingUnanswered && Volatile.Read(ref _bytesReceived) != _bytesAtPing)
            _pingUnanswered = false;
        if (_pingUnanswered)
            return now - _pingSent >= timeout ? DueAction.AbortDead : due;
        if (now - _lastReceived < interval)
            return due;
        _protocol.Sender.WritePing(_driver.Output, default);
        _pingUnanswered = true;
        _pingSent = now;
        _bytesAtPing = Volatile.Read(ref _bytesReceived);
        return DueAction.Flush;
    }

    private bool SendHeartbeatIfDue(long now)
    {
        if (_options.Heartbeat is not { } heartbeat || now - _lastSent < (long)heartbeat.Interval.TotalMilliseconds)
            return false;
        _lastSent = now;
        if (Admit(heartbeat.Message.Length) != SendStatus.Accepted)
            return false;
        long before = _driver.UnsentBytes;
        Account(before, _protocol.Sender.WriteText(_driver.Output, heartbeat.Message));
        return true;
    }

    private void ScheduleNext(long now)
    {
        long next = long.MaxValue;
        long interval = (long)_options.KeepAliveInterval.TotalMilliseconds;
        if (interval > 0)
        {
            // After a ping: when it must have been answered, and before that when the next one would be due if it has been.
            next = (_pingUnanswered ? _pingSent : _lastReceived) + interval;
            long answerDue = _pingSent + (long)_options.KeepAliveTimeout.TotalMilliseconds;
            if (_pingUnanswered && (next <= now || answerDue < next))
                next = answerDue;
        }

        if (_options.Heartbeat is { } heartbeat)
            next = Math.Min(next, _lastSent + (long)heartbeat.Interval.TotalMilliseconds);
        if (next != long.MaxValue)
            _wheel.Schedule(this, next);
    }

    private async ValueTask<TimeSpan> WaitForPongAsync(PendingPing ping, CancellationToken cancellationToken)
    {
        try
        {
            return await ping.Done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more, so that it takes no place among the 16; a later pong answers those before it all the same.
            lock (_gate)
                _pings?.Remove(ping);
            throw;
        }
    }

    private void OnPongReceived(Memory<byte> payload)
    {
        if (payload.Length == sizeof(long))
        {
            long number = BinaryPrimitives.ReadInt64BigEndian(payload.Span);
            lock (_gate)
            {
                // A pong answers the most recent ping, and may stand for those before it (RFC 6455 §5.5.3). Numbers never sent are not ours.
                while (number <= _pingSequence && _pings is { Count: > 0 } && _pings[0].Number <= number)
                {
                    _pings[0].Done.TrySetResult(_options.TimeProvider.GetElapsedTime(_pings[0].Sent));
                    _pings.RemoveAt(0);
                }
            }
        }

        Invoke(OnPong, payload);
    }

    private void FailPings()
    {
        lock (_gate)
        {
            foreach (var ping in _pings ?? [])
                ping.Done.TrySetException(ClosedException());
            _pings = null;
        }
    }
}
