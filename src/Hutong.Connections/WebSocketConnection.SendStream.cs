using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <content>Messages that are sent while they are read: nothing holds the whole of them.</content>
public sealed partial class WebSocketConnection
{
    private const int StreamPiece = 16 * 1024;

    // Whether a streamed message is under way: other messages wait, control frames do not (RFC 6455 §5.4).
    private bool _streaming;
    private TaskCompletionSource? _roomForStream;

    /// <summary>
    /// Sends a message of unknown length, in fragments, as fast as the peer takes it. Other messages wait until it is through.
    /// </summary>
    /// <param name="content">Where the message comes from; read to its end, not closed.</param>
    /// <param name="type">Text or binary; text must be UTF-8.</param>
    /// <param name="cancellationToken">
    /// Gives up. Before the first fragment that only means that nothing is sent; later a message is half sent and cannot be taken back,
    /// so the connection is closed with 1011.
    /// </param>
    /// <exception cref="ConnectionClosedException">The connection is closing or closed.</exception>
    public async ValueTask SendAsync(Stream content, MessageType type = MessageType.Binary, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        await TakeStreamTurnAsync(cancellationToken).ConfigureAwait(false);
        byte[] buffer = BufferPool.Rent(StreamPiece);
        bool begun = false;
        try
        {
            int length;
            do
            {
                length = await content.ReadAsync(buffer.AsMemory(0, StreamPiece), cancellationToken).ConfigureAwait(false);
                await WaitForRoomAsync(length, cancellationToken).ConfigureAwait(false);
                WriteFragment((Opcode)type, buffer.AsSpan(0, length), endOfMessage: length == 0);
                begun = true;
            }
            while (length > 0);
        }
        catch (Exception e) when (begun)
        {
            BeginClose(new CloseStatus(CloseCode.InternalError, "A message could not be sent to its end."), ConnectionError.StreamFailed(e));
            throw;
        }
        finally
        {
            BufferPool.Return(buffer);
            EndStreamTurn();
        }
    }

    private async ValueTask TakeStreamTurnAsync(CancellationToken cancellationToken)
    {
        var pending = new PendingSend(default, awaited: true, isStream: true);
        lock (_gate)
        {
            if (!CanSend)
                throw ClosedException();
            Wait(pending);
            AdmitWaiting();
        }

        await WaitAsync(pending, cancellationToken).ConfigureAwait(false);
    }

    private void WriteFragment(Opcode opcode, ReadOnlySpan<byte> piece, bool endOfMessage)
    {
        lock (_gate)
        {
            if (!CanSend)
                throw ClosedException();
            long before = _driver.UnsentBytes;
            _protocol.Sender.WriteFragment(_driver.Output, opcode, piece, endOfMessage);
            Account(before, piece.Length, messages: endOfMessage ? 1 : 0);
        }

        _driver.Flush();
    }

    private async ValueTask WaitForRoomAsync(int length, CancellationToken cancellationToken)
    {
        while (true)
        {
            TaskCompletionSource room;
            lock (_gate)
            {
                if (!CanSend)
                    throw ClosedException();
                long unsent = _driver.UnsentBytes;
                if (unsent == 0 || unsent + length <= _options.SendQueueLimit)
                    return;
                _waitsForRoom = true;
                room = _roomForStream = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            await room.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void GiveRoomToStream()
    {
        if (_roomForStream is { } room && (_driver.UnsentBytes == 0 || _driver.UnsentBytes + StreamPiece <= _options.SendQueueLimit))
        {
            _roomForStream = null;
            room.TrySetResult();
        }
    }

    private void EndStreamTurn()
    {
        bool appended;
        lock (_gate)
        {
            _streaming = false;
            // A message that was broken off stays open for the sender: nothing but the close frame may follow it.
            appended = !_protocol.Sender.InMessage && AdmitWaiting();
        }

        if (appended)
            _driver.Flush();
    }
}
