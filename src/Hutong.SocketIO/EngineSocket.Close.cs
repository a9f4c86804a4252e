using Hutong.Connections;
using Hutong.Protocol;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>The end: by either side's wish, by a fault, or because nothing came for too long.</content>
public sealed partial class EngineSocket : IThreadPoolWorkItem
{
    // How long a client that polls may take to fetch what was accepted before a close.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(30);

    private EngineCloseReason? _closeReason;
    private string? _closeDescription;
    private bool _holdsPlace;
    private bool _isTold;
    private TaskCompletionSource? _told;

    /// <summary>Sends what was accepted, then closes. A client that polls gets the end with its last packets; it may take 30 s to fetch them.</summary>
    public void Close()
    {
        WebSocketConnection? direct;
        lock (_gate)
        {
            if (_state != EngineState.Open)
                return;
            _state = EngineState.Closing;
            _closeReason = EngineCloseReason.ForcedClose;
            direct = _direct;
            if (direct is null)
            {
                _polling!.Enqueue(EngineMessage.Close);
                _timer?.Change(CloseTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        _ = direct?.CloseAsync();
    }

    /// <summary>Closes the transport now, without what is unsent. <see cref="IEngineSink.OnClosed"/> follows.</summary>
    internal void Close(EngineCloseReason reason, string? description = null) => End(reason, description, EngineMessage.Close);

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            Sink.OnClosed(this, _closeReason!, _closeDescription);
        }
        catch (Exception e)
        {
            EngineLog.CallbackFailed(_server.Log, e, Request.Id);
        }
        finally
        {
            TaskCompletionSource? told;
            lock (_gate)
            {
                _isTold = true;
                told = _told;
            }

            told?.TrySetResult();
            _ = EndRequestAsync();
        }
    }

    /// <summary>Ends when the sink has been told of the session's end: as long the request and its services must live.</summary>
    internal Task WaitUntilTold()
    {
        lock (_gate)
            return _isTold ? Task.CompletedTask : (_told ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Takes note that one of the server's places is taken for this session, which gives it back.</summary>
    internal void TakePlace() => _holdsPlace = true;

    private void End(EngineCloseReason reason, string? description, EngineMessage pollAnswer)
    {
        WebSocketConnection? webSocket;
        var transport = Transport;
        bool holdsPlace;
        bool started;
        lock (_gate)
        {
            if (_state == EngineState.Closed)
                return;
            _state = EngineState.Closed;
            reason = _closeReason ??= reason;
            _closeDescription = description;
            _polling?.End(pollAnswer);
            webSocket = _webSocket;
            holdsPlace = _holdsPlace;
            _holdsPlace = false;
            _timer?.Dispose();
            started = _started;
        }

        _server.Remove(this);
        if (webSocket is not null)
            _ = webSocket.CloseAsync(CodeOf(reason));
        EngineTelemetry.Closed(transport, reason);
        if (EngineLog.IsEnabled(_server.Log))
            EngineLog.Closed(_server.Log, Request.Id, transport, reason.Text, description);
        if (holdsPlace)
            _server.Server.Leave();
        // Who may still be setting the callbacks is not called before they are set.
        if (started)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private static CloseCode CodeOf(EngineCloseReason reason) =>
        reason == EngineCloseReason.ServerShuttingDown ? CloseCode.GoingAway
        : reason == EngineCloseReason.ParseError || reason == EngineCloseReason.TransportError ? CloseCode.ProtocolError
        : CloseCode.Normal;

    private async Task EndRequestAsync()
    {
        // On a WebSocket from the beginning it is the endpoint's.
        if (!_ownsRequest)
            return;
        try
        {
            await Request.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            EngineLog.CallbackFailed(_server.Log, e, Request.Id);
        }
    }
}
