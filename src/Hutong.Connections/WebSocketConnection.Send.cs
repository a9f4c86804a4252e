using System.Runtime.CompilerServices;
using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <content>Sending: accepted under the gate in the order of the calls, encoded straight into the driver's output.</content>
public sealed partial class WebSocketConnection
{
    private long _messagesSent;
    private long _bytesSent;
    private long _messagesDropped;
    private long _payloadUnsent;
    private long _lastSent;
    private int _fallbackFlush;

    /// <summary>
    /// Payload bytes that were accepted and that the transport has not taken, those of senders that wait for room too. Frames' headers
    /// do not count, as in a browser; while a message is half sent the figure is an upper bound.
    /// </summary>
    public long BufferedAmount
    {
        get
        {
            lock (_gate)
                return Math.Min(_payloadUnsent, _driver.UnsentBytes) + _waitingBytes;
        }
    }

    /// <summary>
    /// Sends a text message. The task ends when the message is accepted into the send queue: at once if there is room, else as
    /// <see cref="ConnectionOptions.SendQueuePolicy"/> says. Lone surrogates become U+FFFD.
    /// </summary>
    /// <param name="text">The message.</param>
    /// <param name="cancellationToken">Gives up waiting for room: the message is then not sent, and the connection lives on.</param>
    /// <exception cref="ConnectionClosedException">The connection is closing or closed; the message is not sent.</exception>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var status = Append(text);
        return status == SendStatus.Accepted ? default : SendSlowly(status, new Outgoing(text), cancellationToken);
    }

    /// <summary>Sends a message from bytes; otherwise as <see cref="SendAsync(string, CancellationToken)"/>.</summary>
    /// <param name="data">The payload; must not change until the task ends. For text it must be UTF-8.</param>
    /// <param name="type">Text or binary.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection is closing or closed; the message is not sent.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> data, MessageType type = MessageType.Binary, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var status = Append(type, data.Span);
        return status == SendStatus.Accepted ? default : SendSlowly(status, new Outgoing(type, data), cancellationToken);
    }

    /// <summary>Sends a received message back or on; otherwise as <see cref="SendAsync(string, CancellationToken)"/>.</summary>
    /// <param name="message">The message; its bytes must stay valid until the task ends.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection is closing or closed; the message is not sent.</exception>
    public ValueTask SendAsync(Message message, CancellationToken cancellationToken = default) =>
        SendAsync(message.Data, message.Type, cancellationToken);

    /// <summary>Sends a message that was encoded beforehand; otherwise as <see cref="SendAsync(string, CancellationToken)"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection is closing or closed; the message is not sent.</exception>
    public ValueTask SendAsync(PreparedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var status = Append(message);
        return status == SendStatus.Accepted ? default : SendSlowly(status, new Outgoing(message), cancellationToken);
    }

    /// <summary>Sends a text message if the send queue has room; never waits.</summary>
    /// <param name="text">The message.</param>
    /// <returns>Whether it was accepted. False if the connection is closing or closed, or the queue is full.</returns>
    public bool TrySend(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var status = Append(text);
        return status == SendStatus.Accepted || (status == SendStatus.Turn ? TryWaitForTurn(new Outgoing(text)) : Refuse(status));
    }

    /// <summary>Sends a message from bytes if the send queue has room; never waits.</summary>
    /// <param name="data">The payload, copied before this returns.</param>
    /// <param name="type">Text or binary; text must be UTF-8.</param>
    /// <returns>Whether it was accepted. False if the connection is closing or closed, or the queue is full.</returns>
    public bool TrySend(ReadOnlySpan<byte> data, MessageType type = MessageType.Binary)
    {
        var status = Append(type, data);
        return status == SendStatus.Accepted || (status == SendStatus.Turn ? TryWaitForTurn(new Outgoing(type, data.ToArray())) : Refuse(status));
    }

    /// <summary>Sends a received message back or on if the send queue has room; never waits.</summary>
    /// <param name="message">The message, copied before this returns.</param>
    /// <returns>Whether it was accepted. False if the connection is closing or closed, or the queue is full.</returns>
    public bool TrySend(Message message) => TrySend(message.Data.Span, message.Type);

    /// <summary>Sends a message that was encoded beforehand if the send queue has room; never waits.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was accepted. False if the connection is closing or closed, or the queue is full.</returns>
    public bool TrySend(PreparedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var status = Append(message);
        return status == SendStatus.Accepted || (status == SendStatus.Turn ? TryWaitForTurn(new Outgoing(message)) : Refuse(status));
    }

    /// <summary>Sends several messages, all or none, with nothing of others between them; never waits.</summary>
    internal bool TrySend(ReadOnlySpan<PreparedMessage> messages)
    {
        long size = 0;
        foreach (var message in messages)
            size += message.Data.Length;
        SendStatus status;
        lock (_gate)
        {
            status = Admit(size);
            if (status == SendStatus.Accepted)
            {
                foreach (var message in messages)
                {
                    long before = _driver.UnsentBytes;
                    Write(message);
                    Account(before, message.Data.Length);
                }
            }
            else if (status == SendStatus.Turn)
            {
                foreach (var message in messages)
                    Wait(new PendingSend(new Outgoing(message), awaited: false));
                AdmitWaiting();
            }
        }

        if (status is SendStatus.Full or SendStatus.Closed)
            return Refuse(status);
        FlushShared();
        return true;
    }

    private SendStatus Append(string text)
    {
        lock (_gate)
        {
            // Counted in UTF-16: how many bytes it is shows when it is encoded.
            var status = Admit(text.Length);
            if (status != SendStatus.Accepted)
                return status;
            long before = _driver.UnsentBytes;
            Account(before, _protocol.Sender.WriteText(_driver.Output, text));
        }

        FlushSoon();
        return SendStatus.Accepted;
    }

    private SendStatus Append(MessageType type, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var status = Admit(data.Length);
            if (status != SendStatus.Accepted)
                return status;
            long before = _driver.UnsentBytes;
            _protocol.Sender.WriteMessage(_driver.Output, (Opcode)type, data);
            Account(before, data.Length);
        }

        FlushSoon();
        return SendStatus.Accepted;
    }

    private SendStatus Append(PreparedMessage message)
    {
        lock (_gate)
        {
            var status = Admit(message.Data.Length);
            if (status != SendStatus.Accepted)
                return status;
            long before = _driver.UnsentBytes;
            Write(message);
            Account(before, message.Data.Length);
        }

        FlushShared();
        return SendStatus.Accepted;
    }

    /// <summary>Flushes a message that goes to many: what else goes to this one may leave with it.</summary>
    private void FlushShared()
    {
        if (Environment.CurrentManagedThreadId is var thread && (thread == _turnThread || thread == _readerThread))
            FlushSoon();
        else
            _driver.FlushLater();
    }

    private void Write(PreparedMessage message)
    {
        var sender = _protocol.Sender;
        bool transforms = message.Compress && _transform is not null && message.Data.Length >= _transform.Threshold;
        // A client's frame has a masking key of its own, which no two receivers may share (RFC 6455 §5.3); and an encoding that depends on
        // what went before is good for one connection only.
        if (Role == Role.Server && !transforms)
            _driver.AppendShared(message.ServerFrame);
        else if (Role == Role.Server && _transform!.SharedEncoding is { } encoding)
            _driver.AppendShared(message.SharedFrames(encoding, sender));
        else
            sender.WriteMessage(_driver.Output, (Opcode)message.Type, message.Data.Span, message.Compress);
    }

    /// <summary>Whether data and pings may still be written. Under the gate.</summary>
    private bool CanSend => _protocol.CanSend && !_sendCompleted;

    /// <summary>Whether a message may be written now. Under the gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SendStatus Admit(long size)
    {
        if (_memberships is not null)
            TakeBroadcasts();
        return AdmitNow(size);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SendStatus AdmitNow(long size)
    {
        if (!CanSend)
            return SendStatus.Closed;
        long unsent = _driver.UnsentBytes + _waitingBytes;
        if (unsent > 0 && unsent + size > _options.SendQueueLimit)
            return SendStatus.Full;
        return _streaming || _waiting is { Count: > 0 } ? SendStatus.Turn : SendStatus.Accepted;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Account(long before, int payload, int messages = 1)
    {
        _payloadUnsent = (before == 0 ? 0 : _payloadUnsent) + payload;
        CountSent(messages, _driver.UnsentBytes - before);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CountSent(int messages, long bytes)
    {
        _bytesSent += bytes;
        _messagesSent += messages;
        _lastSent = _wheel.CoarseNow;
        if (ConnectionMetrics.IsEnabled)
            ConnectionMetrics.Sent(Role, messages, bytes);
    }

    /// <summary>
    /// Flushes what was appended: at once; but once for all that is sent within a turn of the receiving side, so that the answers to a
    /// batch leave in one write. A reader that works through a batch might take long over it, so a flush is queued on the pool too.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FlushSoon()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (thread == _readerThread || (thread == _turnThread && _readerRuns && !_inCallback))
            FlushFromReader();
        else if (thread != _turnThread)
            _driver.Flush();
    }

    private void FlushFromReader()
    {
        if (_queue is not { Count: > 0 })
            _driver.Flush();
        else if (Interlocked.Exchange(ref _fallbackFlush, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _fallbackFlush, 0);
        _driver.Flush();
    }
}
