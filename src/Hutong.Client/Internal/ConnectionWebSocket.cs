using System.IO.Pipelines;
using System.Net.WebSockets;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>A connection in the platform's form. One receive and one send may run at a time, as the platform has it.</summary>
internal sealed class ConnectionWebSocket(WebSocketConnection connection) : WebSocket
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _receiving = new(1, 1);
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly IAsyncEnumerator<MessageChunk> _chunks = connection.ReadChunksAsync().GetAsyncEnumerator();
    private Task<bool>? _moving;
    private MessageChunk _chunk;
    private int _taken;
    private bool _hasChunk;
    private Pipe? _message;
    private Task _messageSent = Task.CompletedTask;
    private WebSocketMessageType _messageType;
    private WebSocketState _state = WebSocketState.Open;
    private CloseResult? _result;

    public override WebSocketState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    public override string? SubProtocol => connection.Subprotocol;

    public override WebSocketCloseStatus? CloseStatus =>
        _result is not { Code: not CloseCode.Abnormal } result ? null
        : result.Code == CloseCode.NoStatus ? WebSocketCloseStatus.Empty : (WebSocketCloseStatus)result.Code;

    public override string? CloseStatusDescription => _result is { Code: not CloseCode.Abnormal } result ? result.Reason : null;

    public override async Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
        return result.MessageType == WebSocketMessageType.Close
            ? new WebSocketReceiveResult(0, WebSocketMessageType.Close, true, CloseStatus, CloseStatusDescription)
            : new WebSocketReceiveResult(result.Count, result.MessageType, result.EndOfMessage);
    }

    public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ThrowIfNot(WebSocketState.Open, WebSocketState.CloseSent);
        await _receiving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (_hasChunk)
                {
                    var taken = Take(buffer.Span);
                    // An empty piece says nothing, unless it is the last.
                    if (taken.Count > 0 || taken.EndOfMessage || buffer.IsEmpty)
                        return taken;
                }

                // What is under way survives a caller who gives up.
                _moving ??= _chunks.MoveNextAsync().AsTask();
                bool found = await _moving.WaitAsync(cancellationToken).ConfigureAwait(false);
                _moving = null;
                if (!found)
                    return await EndAsync(cancellationToken).ConfigureAwait(false);
                (_chunk, _taken, _hasChunk) = (_chunks.Current, 0, true);
            }
        }
        finally
        {
            _receiving.Release();
        }
    }

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) =>
        SendAsync(buffer.AsMemory(), messageType, endOfMessage, cancellationToken).AsTask();

    public override async ValueTask SendAsync(
        ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (messageType is not (WebSocketMessageType.Text or WebSocketMessageType.Binary))
            throw new ArgumentException("Text or binary.", nameof(messageType));
        ThrowIfNot(WebSocketState.Open, WebSocketState.CloseReceived);
        await _sending.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_message is null && endOfMessage)
                await connection.SendAsync(buffer, ToType(messageType), cancellationToken).ConfigureAwait(false);
            else
                await SendPieceAsync(buffer, messageType, endOfMessage, cancellationToken).ConfigureAwait(false);
        }
        catch (ConnectionClosedException e)
        {
            throw new WebSocketException(WebSocketError.InvalidState, e.Message, e);
        }
        finally
        {
            _sending.Release();
        }
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        ThrowIfNot(WebSocketState.Open, WebSocketState.CloseReceived);
        lock (_lock)
            _state = _state == WebSocketState.CloseReceived ? WebSocketState.Closed : WebSocketState.CloseSent;
        _ = connection.CloseAsync(ToCode(closeStatus), statusDescription, CancellationToken.None);
        return Task.CompletedTask;
    }

    public override async Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        ThrowIfNot(WebSocketState.Open, WebSocketState.CloseReceived, WebSocketState.CloseSent);
        lock (_lock)
        {
            if (_state == WebSocketState.Open)
                _state = WebSocketState.CloseSent;
        }

        var result = await connection.CloseAsync(ToCode(closeStatus), statusDescription, cancellationToken).ConfigureAwait(false);
        Finish(result);
        if (!result.WasClean)
            throw Premature(result);
    }

    public override void Abort()
    {
        connection.Abort();
        lock (_lock)
        {
            if (_state != WebSocketState.Closed)
                _state = WebSocketState.Aborted;
        }
    }

    public override void Dispose()
    {
        if (State is WebSocketState.Open or WebSocketState.CloseSent)
            Abort();
        _message?.Writer.Complete(new ObjectDisposedException(nameof(WebSocket)));
        lock (_lock)
        {
            if (_state != WebSocketState.Aborted)
                _state = WebSocketState.Closed;
        }
    }

    private static MessageType ToType(WebSocketMessageType type) => type == WebSocketMessageType.Text ? MessageType.Text : MessageType.Binary;

    private static CloseCode ToCode(WebSocketCloseStatus status) => status == WebSocketCloseStatus.Empty ? CloseCode.NoStatus : (CloseCode)status;

    private static WebSocketException Premature(CloseResult result) => new(
        WebSocketError.ConnectionClosedPrematurely, result.Error?.Message ?? "The connection ended without a closing handshake.", result.Error?.Exception);

    private ValueWebSocketReceiveResult Take(Span<byte> buffer)
    {
        int length = Math.Min(buffer.Length, _chunk.Data.Length - _taken);
        _chunk.Data.Span.Slice(_taken, length).CopyTo(buffer);
        _taken += length;
        bool isWhole = _taken == _chunk.Data.Length;
        _hasChunk = !isWhole;
        var type = _chunk.Type == MessageType.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        return new ValueWebSocketReceiveResult(length, type, isWhole && _chunk.EndOfMessage);
    }

    private async ValueTask<ValueWebSocketReceiveResult> EndAsync(CancellationToken cancellationToken)
    {
        var result = await connection.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _result = result;
            if (result.WasClean && _state == WebSocketState.Open)
                _state = WebSocketState.CloseReceived;
            else
                _state = result.WasClean ? WebSocketState.Closed : WebSocketState.Aborted;
        }

        return result.WasClean ? new ValueWebSocketReceiveResult(0, WebSocketMessageType.Close, endOfMessage: true) : throw Premature(result);
    }

    private void Finish(CloseResult result)
    {
        lock (_lock)
        {
            _result = result;
            _state = result.WasClean ? WebSocketState.Closed : WebSocketState.Aborted;
        }
    }

    /// <summary>A message in pieces is a stream that is sent while it is written.</summary>
    private async ValueTask SendPieceAsync(ReadOnlyMemory<byte> piece, WebSocketMessageType type, bool endOfMessage, CancellationToken cancellationToken)
    {
        if (_message is null)
        {
            _message = new Pipe(new PipeOptions(useSynchronizationContext: false));
            _messageType = type;
            _messageSent = SendMessageAsync(_message.Reader, ToType(type));
            // Whoever never sends the last piece never hears of it either.
            _ = _messageSent.ContinueWith(
                static sent => sent.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
        else if (_messageType != type)
        {
            throw new ArgumentException("The pieces of a message are of one type.", nameof(type));
        }

        var flush = await _message.Writer.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        if (!endOfMessage && !flush.IsCompleted)
            return;
        await _message.Writer.CompleteAsync().ConfigureAwait(false);
        _message = null;
        await _messageSent.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task SendMessageAsync(PipeReader source, MessageType type)
    {
        try
        {
            var stream = source.AsStream(leaveOpen: true);
            await connection.SendAsync(stream, type, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await source.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void ThrowIfNot(params ReadOnlySpan<WebSocketState> states)
    {
        var state = State;
        if (!states.Contains(state))
            throw new WebSocketException(WebSocketError.InvalidState, $"The WebSocket is in state {state}.");
    }
}
