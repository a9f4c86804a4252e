using Hutong.Connections;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>The server's heartbeat: a ping some time after the last pong, and the end if its pong does not come.</content>
public sealed partial class EngineSocket
{
    private ITimer? _timer;
    private bool _started;
    private bool _awaitsPong;
    private int _delivering;

    /// <summary>
    /// The handler of new sessions has ended: begins the heartbeat, for from now on the client may be expected to answer; or tells of the end that came
    /// meanwhile.
    /// </summary>
    internal void Start()
    {
        lock (_gate)
        {
            _started = true;
            if (_state == EngineState.Closed)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            using var noFlow = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
            // A close that came in the handler of new sessions has its own time.
            var due = _state == EngineState.Closing ? CloseTimeout : _server.Options.PingInterval;
            _timer = _server.Options.TimeProvider.CreateTimer(static socket => ((EngineSocket)socket!).OnTime(), this, due, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTime()
    {
        WebSocketConnection? direct;
        bool isLate;
        lock (_gate)
        {
            if (_state == EngineState.Closed)
                return;
            direct = _direct;
            // Of a connection that has ended, messages may still be with a handler that takes too long.
            bool isGone = direct is { IsOpen: false };
            isLate = isGone || _state == EngineState.Closing || (_awaitsPong && Volatile.Read(ref _delivering) == 0);
            if (!isLate)
            {
                // A pong that waits behind a message that is being handled cannot have been read.
                _timer!.Change(_server.Options.PingTimeout, Timeout.InfiniteTimeSpan);
                if (_awaitsPong)
                    return;
                _awaitsPong = true;
                if (direct is null)
                    _polling!.Enqueue(EngineMessage.Ping);
            }
        }

        if (isLate)
            End(direct is { IsOpen: false } ? ReasonOf(direct) : EngineCloseReason.PingTimeout, description: null, EngineMessage.Close);
        else if (direct is not null)
            _ = SendPingAsync(direct);
    }

    /// <summary>Sends a ping after what waits, however much that is: there is never more than one.</summary>
    private static async Task SendPingAsync(WebSocketConnection connection)
    {
        try
        {
            await connection.SendAsync(EngineMessage.Ping.Prepared).ConfigureAwait(false);
        }
        catch (ConnectionClosedException)
        {
            // Its end is noticed elsewhere.
        }
    }

    private void OnPong()
    {
        lock (_gate)
        {
            if (_state != EngineState.Open)
                return;
            _awaitsPong = false;
            _timer?.Change(_server.Options.PingInterval, Timeout.InfiniteTimeSpan);
        }
    }
}
