using System.Text;
using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client;

/// <content>Sending. Messages go straight to the connection; only behind a stream do they wait here.</content>
public sealed partial class W3CWebSocket
{
    // Guarded by _lock. What is buffered is the sum: with the connection, on the way to it, behind a stream, or never to be sent.
    private readonly Queue<PendingItem> _queue = new();
    private readonly CancellationTokenSource _sending = new();
    private TaskCompletionSource? _room;
    private long _withConnection;
    private long _onTheWay;
    private long _behindStream;
    private long _dropped;
    private bool _pumping;
    private bool _sendEnded;

    /// <summary>
    /// Payload bytes that were given to <c>Send</c> and have not left. What was given after the close began counts too and is never taken off,
    /// so the figure does not go back to zero then. A stream counts by its length if it has one, else as it is read.
    /// </summary>
    public long BufferedAmount
    {
        get
        {
            lock (_lock)
                return _withConnection + _onTheWay + _behindStream + _dropped;
        }
    }

    /// <summary>Sends a text. Lone surrogates become U+FFFD.</summary>
    /// <param name="data">The text.</param>
    /// <exception cref="InvalidOperationException">The browser's <c>InvalidStateError</c>: the connection is not open yet.</exception>
    public void Send(string data)
    {
        ArgumentNullException.ThrowIfNull(data);
        int size = Encoding.UTF8.GetByteCount(data);
        if (!TryBegin(size, out bool isDirect))
            return;
        if (isDirect)
            EndDirect(_connection!.TrySend(data), size);
        else
            Enqueue(new PendingItem { Type = MessageType.Text, Data = Encoding.UTF8.GetBytes(data), Counted = size });
    }

    /// <summary>Sends bytes, of which it takes a copy.</summary>
    /// <param name="data">The bytes.</param>
    /// <exception cref="InvalidOperationException">The browser's <c>InvalidStateError</c>: the connection is not open yet.</exception>
    public void Send(ReadOnlyMemory<byte> data)
    {
        if (!TryBegin(data.Length, out bool isDirect))
            return;
        if (isDirect)
            EndDirect(_connection!.TrySend(data.Span), data.Length);
        else
            Enqueue(new PendingItem { Type = MessageType.Binary, Data = data.ToArray(), Counted = data.Length });
    }

    /// <inheritdoc cref="Send(ReadOnlyMemory{byte})"/>
    public void Send(byte[] data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Send(data.AsMemory());
    }

    /// <summary>
    /// Sends what a stream holds from its position to its end as one binary message, as a page sends a Blob: read as fast as the server takes
    /// it, not closed, not to be touched meanwhile. What is sent after it waits for it. A stream that fails closes the connection with 1011.
    /// </summary>
    /// <param name="data">The stream.</param>
    /// <exception cref="InvalidOperationException">The browser's <c>InvalidStateError</c>: the connection is not open yet.</exception>
    public void Send(Stream data)
    {
        ArgumentNullException.ThrowIfNull(data);
        long size = data.CanSeek ? Math.Max(0, data.Length - data.Position) : 0;
        lock (_lock)
        {
            ThrowIfConnecting();
            if (_state != ReadyState.Open)
            {
                _dropped += size;
                return;
            }

            _behindStream += size;
        }

        Enqueue(new PendingItem { Stream = data, Counted = size });
    }

    private void ThrowIfConnecting()
    {
        if (_state == ReadyState.Connecting)
            throw new InvalidOperationException("Still in CONNECTING state.");
    }

    /// <summary>Counts a message, and says whether it can go to the connection at once.</summary>
    /// <returns>Whether it is to be sent at all.</returns>
    private bool TryBegin(int size, out bool isDirect)
    {
        lock (_lock)
        {
            ThrowIfConnecting();
            isDirect = !_pumping;
            if (_state != ReadyState.Open)
            {
                _dropped += size;
                return false;
            }

            if (isDirect)
            {
                _onTheWay += size;
                return true;
            }

            // The connection's own queue is empty or paced while a stream is read: what waits behind the stream is bounded here.
            if (_behindStream == 0 || _behindStream + (32L * _queue.Count) + size <= _options.MaxBufferedAmount)
            {
                _behindStream += size;
                return true;
            }

            _dropped += size;
        }

        CloseFull();
        return false;
    }

    private void EndDirect(bool sent, int size)
    {
        bool isFull = false;
        lock (_lock)
        {
            _onTheWay -= size;
            if (!sent)
            {
                _dropped += size;
                isFull = _state == ReadyState.Open && _connection!.IsOpen;
            }
            else if (_sendEnded)
            {
                _withConnection += size;
            }
            else
            {
                _withConnection = _connection!.BufferedAmount;
            }
        }

        if (isFull)
            CloseFull();
    }

    /// <summary>"flag the WebSocket as full and then close the WebSocket connection" (WHATWG WebSockets §3.1).</summary>
    private void CloseFull()
    {
        Interlocked.CompareExchange(ref _failure, new ConnectionError("buffer_full", "More than MaxBufferedAmount waited to be sent."), null);
        BeginClose(CloseCode.NoStatus, "");
    }

    private void Enqueue(PendingItem item)
    {
        lock (_lock)
        {
            _queue.Enqueue(item);
            if (_pumping)
                return;
            _pumping = true;
        }

        _ = PumpAsync();
    }

    /// <summary>Sends what waits, in order, until nothing does.</summary>
    private async Task PumpAsync()
    {
        var connection = _connection!;
        while (TakePending() is { } item)
        {
            if (item.IsClose)
                _ = connection.CloseAsync(_closeCode, _closeReason);
            else if (item.Stream is { } stream)
                await SendStreamAsync(connection, stream, item).ConfigureAwait(false);
            else
                EndDirect(connection.TrySend(item.Data.Span, item.Type), item.Data.Length);
        }
    }

    private PendingItem? TakePending()
    {
        lock (_lock)
        {
            if (!_queue.TryDequeue(out var item))
            {
                _pumping = false;
                return null;
            }

            if (item.Stream is null)
            {
                _behindStream -= item.Counted;
                _onTheWay += item.Counted;
            }

            return item;
        }
    }

    private async Task SendStreamAsync(WebSocketConnection connection, Stream stream, PendingItem item)
    {
        try
        {
            var source = new OutgoingStream(stream, WaitForRoomAsync, length => CountRead(item, length));
            await connection.SendAsync(source, MessageType.Binary, _sending.Token).ConfigureAwait(false);
        }
        catch (ConnectionClosedException)
        {
            // The rest is not sent, and stays counted.
        }
        catch (Exception e)
        {
            if (!_sending.IsCancellationRequested)
                Interlocked.CompareExchange(ref _failure, ConnectionError.StreamFailed(e), null);
            BeginClose(CloseCode.InternalError, "");
            _ = connection.CloseAsync(CloseCode.InternalError);
        }

        lock (_lock)
        {
            _behindStream -= item.Counted;
            // A stream that was shorter than it said owes nothing.
            if (_sendEnded || _state != ReadyState.Open)
                _dropped += item.Counted;
        }
    }

    private void CountRead(PendingItem item, int length)
    {
        lock (_lock)
        {
            long counted = Math.Min(item.Counted, length);
            item.Counted -= counted;
            _behindStream -= counted;
            _withConnection += length;
        }
    }

    /// <summary>Waits until little enough is with the connection that another piece of a stream does not pile up.</summary>
    private async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_sendEnded || _connection!.BufferedAmount < StreamAhead)
                    return;
                room = (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private const int StreamAhead = 64 * 1024;

    /// <summary>The transport has taken something.</summary>
    private void NoteSendProgress()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            if (_sendEnded || _connection is null)
                return;
            _withConnection = _connection.BufferedAmount;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }

    /// <summary>Nothing more will leave: the figures stand.</summary>
    private void NoteSendEnd()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _sendEnded = true;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }

    private void StopSending() => _ = _sending.CancelAsync();
}
