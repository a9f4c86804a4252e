using System.Runtime.CompilerServices;
using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <content>From the receiving side to the handler: a callback in place, or a queue for the reader.</content>
public sealed partial class WebSocketConnection
{
    private MessageQueue? _queue;
    private MessageReader? _reader;
    private MessageHandler? _onMessage;
    private MessageHandler? _nextOnMessage;
    private bool _draining;
    private bool _readingEnded;
    private bool _discardMessages;
    private bool _discardReceived;
    private bool _chunked;
    private bool _paused;

    /// <summary>
    /// Takes messages as they come, synchronously, on the thread that received them: it must not block, and sends with
    /// <see cref="TrySend(Message)"/>. Messages that came before it was set are delivered first. An exception from it closes the
    /// connection with 1011. While it is set there can be no reader.
    /// </summary>
    /// <exception cref="InvalidOperationException">A reader is active, or <see cref="ReadChunksAsync"/> was used.</exception>
    public MessageHandler? OnMessage
    {
        get
        {
            lock (QueueLock)
                return _nextOnMessage ?? _onMessage;
        }

        set
        {
            lock (QueueLock)
            {
                if (_reader is not null)
                    throw new InvalidOperationException("Messages are being read with ReadAllAsync: end that first.");
                if (_chunked && value is not null)
                    throw new InvalidOperationException("Messages have been read in pieces, and pieces may wait: go on with ReadChunksAsync.");
                if (value is null || _queue is not { Count: > 0 })
                {
                    if (!_draining)
                        _onMessage = value;
                    _nextOnMessage = _draining ? value : null;
                    return;
                }

                // What waits comes first, and never beside a message that is delivered in place.
                _nextOnMessage = value;
                if (_draining)
                    return;
                _draining = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.DrainToCallback(), this, preferLocal: false);
        }
    }

    private MessageQueue Queue => _queue ??= new MessageQueue();

    // Guards the queue, who takes from it, and whether receiving is paused. Any object that is the connection's own serves: one more for each would be seen.
    private object QueueLock => _protocol;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Deliver(MessageType type, Memory<byte> data)
    {
        if (_options.AnswerHeartbeats && type == MessageType.Text && AnswerHeartbeat(data.Span))
            return;
        var handler = Volatile.Read(ref _onMessage);
        if (handler is not null)
        {
            InvokeHandler(handler, type, data);
            BufferPool.Poison(data.Span);
            return;
        }

        lock (QueueLock)
        {
            handler = _onMessage;
            if (handler is null)
            {
                if (!_discardMessages)
                    Queue.Enqueue(type, data.Span, first: true, last: true);
                return;
            }
        }

        InvokeHandler(handler, type, data);
    }

    /// <summary>Delivers a message in a rented buffer.</summary>
    /// <returns>Whether the queue has taken over the buffer.</returns>
    private bool DeliverOwned(MessageType type, byte[] buffer, int length)
    {
        // A short message in pieces is a heartbeat too: where TCP cut it says nothing.
        if (_options.AnswerHeartbeats && type == MessageType.Text && AnswerHeartbeat(buffer.AsSpan(0, length)))
            return false;
        MessageHandler? handler;
        lock (QueueLock)
        {
            handler = _onMessage;
            if (handler is null)
            {
                if (_discardMessages)
                    return false;
                Queue.EnqueueOwned(type, buffer, length);
                return true;
            }
        }

        InvokeHandler(handler, type, buffer.AsMemory(0, length));
        return false;
    }

    private bool AnswerHeartbeat(ReadOnlySpan<byte> text)
    {
        if (HeartbeatAnswers.Find(text, _options.TimeProvider) is not { } answer)
            return false;
        TrySend(answer);
        return true;
    }

    private void InvokeHandler(MessageHandler handler, MessageType type, ReadOnlyMemory<byte> data)
    {
        _inCallback = true;
        try
        {
            handler(this, new Message(type, data));
        }
        catch (Exception e)
        {
            FailHandler(e);
        }

        _inCallback = false;
    }

    private void Invoke(Action<WebSocketConnection, ReadOnlyMemory<byte>>? handler, ReadOnlyMemory<byte> payload)
    {
        try
        {
            handler?.Invoke(this, payload);
        }
        catch (Exception e)
        {
            FailHandler(e);
        }
    }

    /// <summary>Gives the new callback what waits in the queue, then lets messages come to it directly.</summary>
    private void DrainToCallback()
    {
        while (true)
        {
            MessageQueue.Item item;
            MessageHandler? handler;
            lock (QueueLock)
            {
                handler = _nextOnMessage;
                if (handler is null || !Queue.TryDequeue(out item))
                {
                    _onMessage = handler;
                    _nextOnMessage = null;
                    _draining = false;
                    break;
                }
            }

            try
            {
                handler(this, new Message(item.Type, item.Data));
            }
            catch (Exception e)
            {
                FailHandler(e);
            }

            lock (QueueLock)
                Queue.Release(item);
        }

        UpdateReceivePause();
        _driver.Flush();
        if (_readingEnded)
            AnswerClose();
    }

    /// <summary>From now on messages that nobody takes are dropped: the handler has returned without reading.</summary>
    internal void DiscardUnread()
    {
        lock (QueueLock)
        {
            // While a new callback is given what had waited, what comes now waits too.
            _discardMessages = _reader is null && _onMessage is null && _nextOnMessage is null;
            if (_discardMessages && !_draining)
                _queue?.Clear();
        }

        UpdateReceivePause();
    }

    private void EndReading()
    {
        lock (QueueLock)
            _readingEnded = true;
        // In a turn the reader is woken at its end.
        if (_turnThread != Environment.CurrentManagedThreadId)
            WakeReader();
    }

    /// <summary>
    /// Pauses or resumes receiving: by what waits for the reader, and by what the peer has not read of its answers. Sizes are read under
    /// the lock, so that of two threads that decide at once the later one sees the truth.
    /// </summary>
    private void UpdateReceivePause()
    {
        // The usual case, told without a lock: nothing waits, and nothing is to be undone.
        if (!Volatile.Read(ref _paused) && Volatile.Read(ref _queue) is null && _driver.UnsentBytes <= _pauseThreshold)
            return;
        lock (QueueLock)
        {
            long queued = _queue?.Size ?? 0;
            long unsent = _driver.UnsentBytes;
            bool queueFull = queued >= (_paused ? Math.Max(_options.ReceiveQueueLimit / 2, 1) : _options.ReceiveQueueLimit);
            bool sendFull = unsent > (_paused ? _pauseThreshold / 2 : _pauseThreshold);
            if (_closing || _readingEnded || _sendEnded)
            {
                // The peer's close frame and its end must be found, whatever comes before them and whoever no longer reads.
                if (queueFull)
                    Volatile.Write(ref _discardReceived, true);
                queueFull = sendFull = false;
            }

            bool pause = queueFull || sendFull;
            if (pause == _paused)
                return;
            _paused = pause;
            if (pause)
            {
                // From here on the peer has to take something now and then, however long ago it last had to.
                Volatile.Write(ref _lastSendProgress, _wheel.CoarseNow);
                _driver.PauseReceive();
                // What was unsent may have left since it was read, and whoever noted it may not have seen the pause: see OnSendProgress.
                Interlocked.MemoryBarrier();
                if (queueFull || _driver.UnsentBytes > _pauseThreshold / 2)
                    return;
                _paused = false;
                _driver.ResumeReceive();
            }
            else
            {
                _driver.ResumeReceive();
            }
        }
    }
}
