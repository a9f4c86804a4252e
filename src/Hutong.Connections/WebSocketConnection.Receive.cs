using System.Runtime.CompilerServices;
using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <content>What the driver delivers: parsed without a lock, by one thread at a time.</content>
public sealed partial class WebSocketConnection
{
    private MessageAssembler _assembler;
    private bool _chunkThisMessage;
    private bool _failedFraming;
    private WebSocketEvent? _closeReceived;
    private long _lastReceived;
    private long _bytesReceived;
    private long _messagesReceived;

    // The thread that is delivering, so that sends made on it can wait for the end of the turn; 0 between turns.
    private int _turnThread;
    private bool _inCallback;

    void IConnectionSink.OnReceived(Memory<byte> data, bool endOfTurn)
    {
        _turnThread = Environment.CurrentManagedThreadId;
        if (!data.IsEmpty)
        {
            _lastReceived = _wheel.CoarseNow;
            _bytesReceived += data.Length;
            if (_failedFraming)
                LookForCloseAnswer(data.Span);
            else
                Parse(data);
        }

        if (endOfTurn)
            EndTurn();
        UpdateReceivePause();
        _turnThread = 0;
    }

    void IConnectionSink.OnReceiveEnd(Exception? error)
    {
        // A turn that was broken off by an exception has ended too.
        _turnThread = 0;
        // The peer has said all it will; a reader that is behind could no longer delay the answer, only lose it.
        if (error is null && Volatile.Read(ref _error) is null)
            AnswerClose();
        lock (_gate)
        {
            _receiveEnded = true;
            if (!_protocol.Closing.IsClean)
                _error ??= error is null ? ConnectionError.ConnectionLost : ConnectionError.TransportFailed(error);
            _protocol.End();
        }

        _assembler.Drop();
        EndReading();
        FailWaitingSends();
        CompleteSend();
        TryFinish();
    }

    private void Parse(Memory<byte> data)
    {
        if (Volatile.Read(ref _discardReceived))
            _protocol.DiscardReceived();
        while (_protocol.TryReceive(ref data, out var e))
        {
            switch (e.Kind)
            {
                case WebSocketEventKind.Data:
                    OnData(e);
                    break;
                case WebSocketEventKind.Ping:
                    OnPingReceived(e);
                    break;
                case WebSocketEventKind.Pong:
                    OnPongReceived(e.Payload);
                    break;
                case WebSocketEventKind.Close:
                    OnCloseReceived(e);
                    break;
                default:
                    OnProtocolError(e);
                    break;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void OnData(in WebSocketEvent e)
    {
        var type = (MessageType)e.Opcode;
        if (e.IsFirst)
        {
            _chunkThisMessage = Volatile.Read(ref _chunked);
            if (e.EndOfMessage)
            {
                _messagesReceived++;
                Deliver(type, e.Payload);
                return;
            }
        }

        OnPiece(type, e);
    }

    private void OnPiece(MessageType type, in WebSocketEvent e)
    {
        if (e.EndOfMessage)
            _messagesReceived++;
        if (_chunkThisMessage)
        {
            lock (QueueLock)
            {
                if (!_discardMessages)
                    Queue.Enqueue(type, e.Payload.Span, e.IsFirst, e.EndOfMessage);
            }

            return;
        }

        _assembler.Append(e.Payload.Span, e.Announced);
        if (e.EndOfMessage)
        {
            byte[] buffer = _assembler.Take(out int length);
            if (!DeliverOwned(type, buffer, length))
                BufferPool.Return(buffer);
        }
    }

    private void OnPingReceived(in WebSocketEvent e)
    {
        bool written;
        lock (_gate)
            written = _protocol.Answer(e, _driver.Output);
        if (written)
            FlushSoon();
        Invoke(OnPing, e.Payload);
    }

    private void OnCloseReceived(in WebSocketEvent e)
    {
        bool canSend;
        lock (_gate)
        {
            _closeReceived = e;
            _protocol.NoteClose(e.Close);
            canSend = CanSend;
        }

        // What the peer sent before its close frame may still be with the reader, and its answers are owed: the close frame is answered
        // when the reader comes back for more, or after a moment. All is in place before the reader is told, who may come at once.
        ScheduleClose(Shortest(_options.CloseTimeout, AnswerGrace));
        EndReading();
        if (!canSend || !IsReaderBehind())
            AnswerClose();
    }

    private void OnProtocolError(in WebSocketEvent e)
    {
        bool findsClose = _protocol.CanFindClose;
        lock (_gate)
        {
            _error ??= ConnectionError.From(e.Error!);
            _protocol.Answer(e, _driver.Output);
        }

        _assembler.Drop();
        _failedFraming = !findsClose;
        EndReading();
        FailWaitingSends();
        _driver.Flush();
        // A peer that is still sending must be read for a while: closing with unread bytes resets TCP, and a reset can overtake the
        // close frame that says why (RFC 6455 §7.1.1).
        ScheduleClose(findsClose ? _options.CloseTimeout : Shortest(_options.CloseTimeout, LingerAfterFailure));
        // A close frame with something wrong about it was the peer's last word all the same.
        if (e.Error == ProtocolError.InvalidCloseCode || e.Error == ProtocolError.InvalidCloseReason || e.Error == ProtocolError.ClosePayloadLength)
            CompleteSend();
    }

    /// <summary>After a framing error nothing can be parsed; but a peer that answers our close frame does so in a segment of its own.</summary>
    private void LookForCloseAnswer(ReadOnlySpan<byte> data)
    {
        int header = Role == Role.Server ? 6 : 2;
        if (data.Length >= header && data[0] == 0x88 && (data[1] & 0x7F) == data.Length - header)
            CloseTransport();
    }

    private void EndTurn()
    {
        WakeReader();
        if (_driver.UnsentBytes > 0)
            _driver.Flush();
        CountReceived();
    }
}
