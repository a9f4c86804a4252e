using Hutong.Connections.Internal;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <content>The end: the closing handshake, failures, and what is reported.</content>
public sealed partial class WebSocketConnection
{
    private static readonly TimeSpan LingerAfterFailure = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerGrace = TimeSpan.FromSeconds(1);

    // Made when it is asked for: most connections that live on an event loop are waited for by nobody.
    private TaskCompletionSource<CloseResult>? _closed;
    private CloseResult? _result;
    private ConnectionError? _error;
    private bool _errorClosed;
    private bool _closing;
    private bool _receiveEnded;
    private bool _sendCompleted;
    private bool _sendEnded;
    private bool _finished;

    /// <summary>Ends when the connection is over, and says how. It never fails.</summary>
    public Task<CloseResult> Closed
    {
        get
        {
            lock (_gate)
            {
                if (_closed is null)
                {
                    _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (_result is not null)
                        _closed.SetResult(_result);
                }

                return _closed.Task;
            }
        }
    }

    /// <summary>What went wrong so far; null if nothing has.</summary>
    internal ConnectionError? Failure => Volatile.Read(ref _error);

    /// <summary>Who is told of the end before <see cref="Closed"/>. To be set before the start.</summary>
    internal IConnectionOwner? Owner { get; set; }

    /// <summary>
    /// Closes: what was accepted is sent, then the close frame; messages of the peer are still delivered until its close frame comes. If the
    /// peer does not do its part within <see cref="ConnectionOptions.CloseTimeout"/>, the transport is cut. Repeated calls wait for
    /// the same end.
    /// </summary>
    /// <param name="code">The code to send, or <see cref="CloseCode.NoStatus"/> for none.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting; the closing goes on.</param>
    /// <returns>How the connection ended.</returns>
    /// <exception cref="ArgumentException">The code may not be sent by this end, or the reason is too long.</exception>
    public Task<CloseResult> CloseAsync(CloseCode code = CloseCode.Normal, string? reason = null, CancellationToken cancellationToken = default)
    {
        reason ??= "";
        ClosingHandshake.CheckArguments(Role, code, reason);
        BeginClose(new CloseStatus(code, reason), error: null);
        Start();
        return Closed.WaitAsync(cancellationToken);
    }

    /// <summary>Cuts the connection at once: no close frame, what is unsent is dropped, everyone who waits goes on.</summary>
    public void Abort() => Abort(ConnectionError.Aborted);

    void IConnectionSink.OnSendEnd(Exception? error)
    {
        lock (_gate)
        {
            _sendEnded = true;
            _sendCompleted = true;
            if (error is not null && !_protocol.Closing.IsClean)
                _error ??= ConnectionError.TransportFailed(error);
        }

        FailWaitingSends();
        UpdateReceivePause();
        // Without a sending side there is only what the peer has sent already: time to take it, and not for ever.
        ScheduleClose(_options.CloseTimeout);
        TryFinish();
    }

    /// <summary>Fails the connection because a handler threw: 1011, and no word about the exception to the peer.</summary>
    internal void FailHandler(Exception exception) =>
        BeginClose(new CloseStatus(CloseCode.InternalError, ""), ConnectionError.HandlerFailed(exception));

    private static TimeSpan Shortest(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void Abort(ConnectionError error)
    {
        lock (_gate)
            _error ??= error;
        if (Interlocked.Exchange(ref _started, 1) == 0)
            _driver.Start(this);
        _driver.Abort();
    }

    private void BeginClose(CloseStatus status, ConnectionError? error)
    {
        bool written;
        lock (_gate)
        {
            TakeBroadcasts();
            written = !_sendCompleted && _protocol.TryWriteClose(_driver.Output, status);
            if (written)
            {
                // It crosses the peer's or answers it.
                _closeReceived = null;
                _errorClosed = error is not null && _error is null;
                _error ??= error;
            }
        }

        if (!written)
            return;
        lock (QueueLock)
            _closing = true;
        UpdateReceivePause();
        FailWaitingSends();
        ScheduleClose(_options.CloseTimeout);
        _driver.Flush();
        CompleteIfDone();
    }

    /// <summary>Answers the peer's close frame, if there is one that was not answered.</summary>
    private void AnswerClose()
    {
        lock (_gate)
        {
            if (_closeReceived is not { } e)
                return;
            _closeReceived = null;
            TakeBroadcasts();
            if (!_sendCompleted)
                _protocol.Answer(e, _driver.Output);
        }

        FailWaitingSends();
        ScheduleClose(_options.CloseTimeout);
        _driver.Flush();
        CompleteIfDone();
    }

    private void CompleteIfDone()
    {
        ClosingStep step;
        lock (_gate)
            step = _protocol.Closing.Step;
        if (step == ClosingStep.CloseTransport)
            CloseTransport();
    }

    /// <summary>Ends the sending side, and with it the connection: nothing that the peer may still send means anything.</summary>
    private void CloseTransport()
    {
        TryCompleteSend();
        _driver.Close();
    }

    /// <summary>Ends the sending side; the peer may take its time over its own end.</summary>
    private void CompleteSend()
    {
        if (TryCompleteSend())
            _driver.CompleteSend();
    }

    private bool TryCompleteSend()
    {
        lock (_gate)
        {
            if (_sendCompleted)
                return false;
            _sendCompleted = true;
        }

        // The transport may take its time over what is unsent.
        ScheduleClose(_options.CloseTimeout);
        return true;
    }

    private ConnectionClosedException ClosedException()
    {
        lock (_gate)
        {
            var closing = _protocol.Closing;
            var status = closing.Received ?? closing.Sent ?? closing.Result;
            return new ConnectionClosedException(status.Code, status.Reason, _error);
        }
    }

    /// <summary>When both sides have ended, the connection is over.</summary>
    private void TryFinish()
    {
        CloseResult result;
        lock (_gate)
        {
            if (_finished || !_receiveEnded || !_sendEnded)
                return;
            _finished = true;
            var closing = _protocol.Closing;
            bool clean = closing.IsClean;
            // What went wrong with the transport after both close frames is nobody's loss; what made this end close is.
            result = new CloseResult(closing.Result.Code, closing.Result.Reason, clean, clean && !_errorClosed ? null : _error);
        }

        _wheel.Cancel(this);
        FailPings();
        _protocol.Dispose();
        if (result.Error is not null)
            Notify(OnError, result.Error);
        Notify(OnClose, result);
        LeaveGroups();
        Owner?.OnEnded(result);
        TaskCompletionSource<CloseResult>? closed;
        lock (_gate)
        {
            _result = result;
            closed = _closed;
        }

        closed?.TrySetResult(result);
    }

    /// <summary>The connection is over: there is nothing left to fail by what these throw.</summary>
    private void Notify<T>(Action<WebSocketConnection, T>? handler, T value)
    {
        try
        {
            handler?.Invoke(this, value);
        }
        catch (Exception e)
        {
            ConnectionEvents.Log.CallbackFailed(e.ToString());
        }
    }
}
