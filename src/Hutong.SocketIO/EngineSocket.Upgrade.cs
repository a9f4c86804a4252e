using Hutong.Connections;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <content>The move from polling to a WebSocket: a probe, then the switch, at which nothing is lost and nothing overtakes.</content>
public sealed partial class EngineSocket
{
    // How long a GET waits at most during the trial.
    private static readonly TimeSpan ReleaseInterval = TimeSpan.FromMilliseconds(100);

    // Ends when it is decided whether the WebSocket that is being tried becomes the transport; null while none is.
    private TaskCompletionSource? _upgrade;

    /// <summary>Whether a WebSocket is being tried, for tests.</summary>
    internal bool IsUpgrading
    {
        get
        {
            lock (_gate)
                return _webSocket is not null && _direct is null;
        }
    }

    /// <summary>Tries a WebSocket that came with this session's id, and reads it if the client moves to it.</summary>
    internal async Task UpgradeAsync(WebSocketConnection connection)
    {
        if (!TryBeginUpgrade(connection, out var other))
        {
            // Its client shall not hear the end of this one before it hears that the other one has been let in.
            if (other is not null)
                await other.ConfigureAwait(false);
            EngineTelemetry.UpgradeFailed("refused");
            _ = connection.CloseAsync();
            return;
        }

        string? failure = await TryMoveAsync(connection).ConfigureAwait(false);
        if (failure is not null)
        {
            EngineTelemetry.UpgradeFailed(failure);
            _ = connection.CloseAsync();
            return;
        }

        EngineTelemetry.Upgraded();
        try
        {
            Sink.OnUpgraded(this);
        }
        catch (Exception e)
        {
            EngineLog.CallbackFailed(_server.Log, e, Request.Id);
            Close(EngineCloseReason.ForcedClose, "handler_failed");
        }

        await ReadAsync(connection).ConfigureAwait(false);
    }

    /// <param name="connection">The WebSocket.</param>
    /// <param name="other">Ends when another one that is being tried is decided on; null if there is none.</param>
    private bool TryBeginUpgrade(WebSocketConnection connection, out Task? other)
    {
        lock (_gate)
        {
            other = _upgrade?.Task;
            if (_state != EngineState.Open || _polling is null || _webSocket is not null)
                return false;
            _webSocket = connection;
            _upgrade = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <returns>Why it came to nothing; null if the WebSocket is the transport now.</returns>
    private async Task<string?> TryMoveAsync(WebSocketConnection connection)
    {
        string? failure = "timeout";
        bool isLate = false;
        var time = _server.Options.TimeProvider;
        var deadline = time.CreateTimer(_ => GiveUp(), null, _server.Options.UpgradeTimeout, Timeout.InfiniteTimeSpan);
        var release = time.CreateTimer(_ => ReleasePoll(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using (deadline.ConfigureAwait(false))
        await using (release.ConfigureAwait(false))
        {
            failure = await ProbeAsync(connection, release).ConfigureAwait(false) ? null : isLate ? "timeout" : connection.IsOpen ? "unexpected_packet" : "closed";
            if (failure is null && !await SwitchAsync(connection).ConfigureAwait(false))
                failure = "closed";
        }

        EndUpgrade(failure is null);
        return failure;

        void GiveUp()
        {
            isLate = true;
            _ = connection.CloseAsync();
        }
    }

    /// <returns>Whether the client moves.</returns>
    private static async Task<bool> ProbeAsync(WebSocketConnection connection, ITimer release)
    {
        bool probed = false;
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
        {
            if (message.IsText && message.Data.Span.SequenceEqual("2probe"u8))
            {
                // The poll that waits is let go after a moment: where the client moves at once there must be none, and it shall not be told otherwise.
                if (!probed)
                    release.Change(ReleaseInterval, ReleaseInterval);
                probed = true;
                connection.TrySend("3probe"u8, MessageType.Text);
            }
            else
            {
                return probed && message.IsText && message.Data.Span.SequenceEqual("5"u8);
            }
        }

        return false;
    }

    private void ReleasePoll()
    {
        lock (_gate)
            _polling?.Release(EngineMessage.Noop);
    }

    /// <summary>Makes the WebSocket the transport: when no request is under way, with what waits before anything else.</summary>
    private async Task<bool> SwitchAsync(WebSocketConnection connection)
    {
        // What the client has posted before is handled before what it sends from now on.
        while (true)
        {
            Task idle;
            lock (_gate)
            {
                if (_state == EngineState.Closed)
                    return false;
                if (_polling!.IsIdle)
                {
                    _isSwitching = true;
                    // Of a client that keeps to the protocol none waits.
                    if (_polling.Parked is { Final: null } late)
                    {
                        late.IsRefused = true;
                        late.Signal();
                    }

                    break;
                }

                idle = _polling.WaitUntilIdle();
            }

            await idle.ConfigureAwait(false);
        }

        while (TryDequeue(connection, out var message))
        {
            if (message == EngineMessage.Close)
            {
                _ = connection.CloseAsync();
                continue;
            }

            try
            {
                await connection.SendAsync(message.Prepared).ConfigureAwait(false);
            }
            catch (ConnectionClosedException)
            {
                End(ReasonOf(connection), connection.Failure?.Code, EngineMessage.Close);
                return false;
            }
        }

        return _direct is not null;
    }

    /// <returns>False when nothing waits any more, and the WebSocket is the transport.</returns>
    private bool TryDequeue(WebSocketConnection connection, out EngineMessage message)
    {
        Action? drained;
        long below;
        bool holdsPlace;
        lock (_gate)
        {
            message = EngineMessage.Noop;
            if (_state == EngineState.Closed)
                return false;
            if (_polling!.Count > 0)
            {
                message = _polling.Dequeue();
                return true;
            }

            drained = _polling.TakeDrained(out below);
            // Those who wait for room go on there.
            _polling.End(EngineMessage.Noop);
            Volatile.Write(ref _polling, null);
            _direct = connection;
            _isSwitching = false;
            // The WebSocket has a place of its own.
            holdsPlace = _holdsPlace;
            _holdsPlace = false;
        }

        if (holdsPlace)
            _server.Server.Leave();
        if (drained is not null)
            connection.NotifyDrained(below, drained);
        return false;
    }

    /// <param name="moved">Whether the client has moved; else it stays with polling.</param>
    private void EndUpgrade(bool moved)
    {
        TaskCompletionSource? upgrade;
        lock (_gate)
        {
            if (!moved)
                _webSocket = null;
            (upgrade, _upgrade) = (_upgrade, null);
        }

        upgrade?.SetResult();
    }
}
