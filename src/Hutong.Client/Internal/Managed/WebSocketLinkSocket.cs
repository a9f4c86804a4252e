using Hutong.Connections;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>A WebSocket, from the opening handshake to its end.</summary>
internal sealed class WebSocketLinkSocket(Uri address, WebSocketConnectOptions connect, Mailbox mailbox, ILinkSocketUser user) : ILinkSocket, IDisposable
{
    private readonly CancellationTokenSource _connecting = new();
    private volatile WebSocketConnection? _connection;
    private volatile bool _closing;
    private volatile bool _closed;
    private int _progress;

    public ReadyState ReadyState =>
        _closed ? ReadyState.Closed : _closing ? ReadyState.Closing : _connection?.State ?? ReadyState.Connecting;

    public string Protocol => _connection?.Subprotocol ?? "";

    public long BufferedAmount => _connection?.BufferedAmount ?? 0;

    public long BytesReceived => _connection?.Statistics.BytesReceived ?? 0;

    public ClientTransportKind Transport => ClientTransportKind.WebSocket;

    public bool Send(ReadOnlyMemory<byte> data, bool isText) =>
        _connection is { } connection && connection.TrySend(data.Span, isText ? MessageType.Text : MessageType.Binary);

    public bool Ping(Action answered)
    {
        if (_connection is not { } connection)
            return false;
        _ = PingAsync(connection, answered);
        return true;
    }

    public void Close(int code, string reason)
    {
        if (_closing || _closed)
            return;
        _closing = true;
        if (_connection is { } connection)
            _ = connection.CloseAsync((CloseCode)code, reason);
        else
            Cancel();
    }

    public void Abort()
    {
        _closing = true;
        if (_connection is { } connection)
            connection.Abort();
        else
            Cancel();
    }

    public void Dispose() => _connecting.Dispose();

    /// <summary>Its whole life. Never fails.</summary>
    public Task Run() => Task.Run(RunAsync);

    private async Task RunAsync()
    {
        ClientClose close;
        var advice = TimeSpan.Zero;
        try
        {
            var opened = await new ClientHandshake(connect).OpenAsync(address, _connecting.Token).ConfigureAwait(false);
            close = await LiveAsync(opened).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            close = new ClientClose(1006, "", WasClean: false);
        }
        catch (WebSocketConnectException e)
        {
            // In terms of close codes: what a handshake is refused with for want of a token, or of a right.
            int code = (int?)e.StatusCode switch { 401 => 4401, 403 => 4403, _ => 1006 };
            close = new ClientClose(code, e.StatusCode is { } status ? $"HTTP {(int)status}" : e.Code, WasClean: false);
            advice = e.RetryAfter ?? TimeSpan.Zero;
        }
        catch (Exception e)
        {
            // Not of the network's making: a callback of ConfigureHandler that throws, for one.
            mailbox.Fail(e);
            close = new ClientClose(1006, "connect_failed", WasClean: false);
        }

        _closed = true;
        Dispose();
        await mailbox.RunAsync(() => user.Closed(close, advice)).ConfigureAwait(false);
    }

    private async Task<ClientClose> LiveAsync(OpenedTransport opened)
    {
        var driver = new MeteredDriver(opened.Driver, NoteProgress, NoteProgress);
        var agreement = opened.Agreement;
        var connection = WebSocketConnection.Create(driver, Role.Client, connect.Connection, agreement.Subprotocol, agreement.Transform);
        _connection = connection;
        if (_closing)
            connection.Abort();
        else
            await mailbox.RunAsync(user.Opened).ConfigureAwait(false);
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            var parsed = ClientMessage.Parse(message.Data.Span, message.IsText);
            // Nothing more is read while listeners run: that is what slows a server down that says too much.
            await mailbox.RunAsync(() => user.Received(parsed)).ConfigureAwait(false);
        }

        var result = await connection.Closed.ConfigureAwait(false);
        // A connection that failed has no close code, though the server may have answered ours (RFC 6455 §7.1.5, §7.1.7).
        return result.Error is not null && !result.WasClean
            ? new ClientClose(1006, result.Error.Code, WasClean: false)
            : new ClientClose((int)result.Code, result.Reason, result.WasClean);
    }

    private async Task PingAsync(WebSocketConnection connection, Action answered)
    {
        try
        {
            await connection.PingAsync().ConfigureAwait(false);
            mailbox.Run(answered);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The connection's end says all there is to say.
        }
    }

    /// <summary>Called in the driver's turn: never runs anything there.</summary>
    private void NoteProgress()
    {
        if (Interlocked.Exchange(ref _progress, 1) == 0)
        {
            mailbox.Post(() =>
            {
                Volatile.Write(ref _progress, 0);
                user.Progressed();
            });
        }
    }

    private void Cancel()
    {
        try
        {
            _ = _connecting.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }
}
