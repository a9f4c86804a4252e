using Hutong.Connections;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>The server's heartbeat: a ping some time after the last pong, and the end if its pong does not come.</content>
public sealed partial class EngineSocket
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private ITimer? _timer;

    // On the server's clock. The timer may come late where the machine is busy.
    private TimeSpan _due = TimeSpan.MaxValue;
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
            _timer = _server.Options.TimeProvider.CreateTimer(
                static socket => ((EngineSocket)socket!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            // A close that came in the handler of new sessions has its own time.
            Arm(_state == EngineState.Closing ? CloseTimeout : _server.Options.PingInterval);
        }
    }

    /// <summary>Does what is due, if the timer is late with it: a request that comes after the end must not find the session.</summary>
    internal void CatchUp()
    {
        bool isDue;
        lock (_gate)
            isDue = _server.Now >= _due;
        if (isDue)
            OnTime();
    }

    /// <summary>Under the gate.</summary>
    private void Arm(TimeSpan after)
    {
        _due = _server.Now + after;
        _timer?.Change(after, Timeout.InfiniteTimeSpan);
    }

    private void OnTime()
    {
        WebSocketConnection? direct;
        bool isLate;
        lock (_gate)
        {
            if (_state == EngineState.Closed)
                return;
            var late = _server.Now - _due;
            if (late < TimeSpan.Zero)
            {
                // A pong came between, or a timer that counts whole milliseconds came early.
                _timer!.Change(-late > Moment ? -late : Moment, Timeout.InfiniteTimeSpan);
                return;
            }

            direct = _direct;
            // Of a connection that has ended, messages may still be with a handler that takes too long.
            bool isGone = direct is { IsOpen: false };
            isLate = isGone || _state == EngineState.Closing || (_awaitsPong && Volatile.Read(ref _delivering) == 0);
            if (!isLate)
            {
                var timeout = _server.Options.PingTimeout;
                // A pong that waits behind a message that is being handled cannot have been read. For the rest the end comes when it should have, as long
                // as that leaves the client half of its time.
                Arm(_awaitsPong ? timeout : timeout - (late < timeout / 2 ? late : timeout / 2));
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
            Arm(_server.Options.PingInterval);
        }
    }
}
