using Hutong.Client.Internal;
using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client;

/// <content>The life of the socket, from the opening handshake to the close event.</content>
public sealed partial class W3CWebSocket
{
    private async Task RunAsync()
    {
        CloseResult result;
        try
        {
            var opened = await new ClientHandshake(_connect).OpenAsync(_address, _connecting.Token).ConfigureAwait(false);
            result = await LiveAsync(opened).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = Failed(new ConnectionError("closed_while_connecting", "The socket was closed before the connection was open."));
        }
        catch (WebSocketConnectException e)
        {
            result = Failed(new ConnectionError(e.Code, e.Message, e));
        }
        catch (Exception e)
        {
            // Not of the network's making: a callback of ConfigureHandler that throws, for one.
            result = Failed(new ConnectionError("connect_failed", "The connection could not be set up.", e));
        }

        NoteSendEnd();
        _over.TrySetResult();
        await EndAsync(result).ConfigureAwait(false);
    }

    private static CloseResult Failed(ConnectionError error) => new(CloseCode.Abnormal, "", WasClean: false, error);

    private async Task<CloseResult> LiveAsync(OpenedTransport opened)
    {
        var driver = new MeteredDriver(opened.Driver, NoteSendProgress, NoteSendEnd);
        var agreement = opened.Agreement;
        var connection = WebSocketConnection.Create(driver, Role.Client, _connect.Connection, agreement.Subprotocol, agreement.Transform);
        await _events.WaitForListenerAsync(EventKind.Open).ConfigureAwait(false);
        bool isOpen = false;
        await _events.RunAsync(() => isOpen = TryOpen(connection, agreement)).ConfigureAwait(false);
        if (!isOpen)
        {
            connection.Abort();
            await connection.Closed.ConfigureAwait(false);
            throw new OperationCanceledException();
        }

        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            await _events.WaitForListenerAsync(EventKind.Message).ConfigureAwait(false);
            await _events.RunAsync(() => Deliver(message)).ConfigureAwait(false);
        }

        return await connection.Closed.ConfigureAwait(false);
    }

    /// <summary>The open event, unless the socket was closed meanwhile: there is never one after <see cref="Close"/>.</summary>
    private bool TryOpen(WebSocketConnection connection, HandshakeResult agreement)
    {
        lock (_lock)
        {
            if (_state != ReadyState.Connecting)
                return false;
            _connection = connection;
            Protocol = agreement.Subprotocol ?? "";
            Extensions = agreement.Extensions ?? "";
            _state = ReadyState.Open;
        }

        Fire(EventKind.Open, () => _onOpen, new W3CEvent(this));
        return true;
    }

    private void Deliver(Message message)
    {
        // "If ready state is not OPEN (1), then return" (WHATWG WebSockets §4). The server's close, which comes after its messages, does not count.
        lock (_lock)
        {
            if (_state != ReadyState.Open)
                return;
        }

        object data = message.IsText ? message.Text
            : BinaryType == BinaryType.Bytes ? message.ToArray()
            : new MemoryStream(message.ToArray(), writable: false);
        Fire(EventKind.Message, () => _onMessage, new MessageEvent(this, data, WebSocketAddress.Origin(_address)), message.Data.Length + 64);
    }

    private async Task EndAsync(CloseResult result)
    {
        // A connection that failed has no close code, though the server may have answered ours (RFC 6455 §7.1.5, §7.1.7).
        var error = _failure ?? result.Error;
        bool failed = result.Error is not null && !result.WasClean;
        var close = failed ? new CloseEvent(this, (ushort)CloseCode.Abnormal, "", wasClean: false)
            : new CloseEvent(this, (ushort)result.Code, result.Reason, result.WasClean);
        if (error is not null)
            await _events.WaitForListenerAsync(EventKind.Error).ConfigureAwait(false);
        await _events.WaitForListenerAsync(EventKind.Close).ConfigureAwait(false);
        await _events.RunAsync(() =>
        {
            lock (_lock)
                _state = ReadyState.Closed;
            if (error is not null)
                Fire(EventKind.Error, () => _onError, new ErrorEvent(this, error));
            Fire(EventKind.Close, () => _onClose, close);
        }).ConfigureAwait(false);
    }
}
