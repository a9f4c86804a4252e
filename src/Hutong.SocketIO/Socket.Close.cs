using Hutong.Rooms.Protocol;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <content>Its beginning and its end.</content>
public sealed partial class Socket
{
    private static readonly string[] Recoverable =
    [
        DisconnectReason.TransportError, DisconnectReason.TransportClose, DisconnectReason.ForcedClose, DisconnectReason.PingTimeout,
        DisconnectReason.ServerShuttingDown, DisconnectReason.ForcedServerClose,
    ];

    private bool _isOpened;
    private TaskCompletionSource? _opened;
    private (string Reason, string? Description)? _end;
    private TaskCompletionSource? _ended;

    /// <summary>It is in its namespace from now on, as far as the server is concerned.</summary>
    internal void Connected()
    {
        lock (_gate)
        {
            if (_state == State.Connecting)
                _state = State.Connected;
        }
    }

    /// <summary>The handlers of its connection have been started; if it is over already, its end is handled now.</summary>
    internal void Opened()
    {
        Ready();
        TaskCompletionSource? opened;
        lock (_gate)
        {
            opened = _opened;
            _opened = null;
            _isOpened = true;
        }

        opened?.TrySetResult();
    }

    /// <summary>It is over. The handlers run elsewhere; repeated calls do nothing.</summary>
    internal void OnClosed(string reason, string? description)
    {
        Task? opened = null;
        lock (_gate)
        {
            if (_end is not null)
                return;
            _end = (reason, description);
            if (!_isOpened)
                opened = (_opened ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        Wire.End();
        _client.Remove(this, byServer: reason == DisconnectReason.ServerNamespaceDisconnect);
        if (opened is not null)
            _ = EndLaterAsync(opened);
        else
            ThreadPool.UnsafeQueueUserWorkItem(static socket => _ = socket.EndAsync(), this, preferLocal: false);
    }

    /// <summary>Ends it for one who comes back by its secret while the server has not noticed that it is gone.</summary>
    internal Task TakeOverAsync()
    {
        _client.Link.Close(EngineCloseReason.TransportClose, null);
        _client.Close(DisconnectReason.TransportClose, null);
        lock (_gate)
            return _state == State.Closed ? Task.CompletedTask : (_ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>The rooms end it: too slow, going down, or by the application's wish.</summary>
    internal void CloseByRooms(int code)
    {
        var close = SessionClose.All.FirstOrDefault(c => c.Code == code);
        // Of one whose connection is closed the client comes back; put out of its namespace it does not.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state =>
            {
                var (socket, comesBack, isSlow) = state;
                if (!comesBack)
                    socket.Disconnect();
                else if (isSlow)
                    socket._client.Link.Close(EngineCloseReason.ForcedClose, SessionClose.TooSlow.Message);
                else
                    socket._client.Link.Close();
            },
            (this, close?.Reconnect ?? code is >= 3000 and < 3500, close == SessionClose.TooSlow), preferLocal: false);
    }

    private async Task EndLaterAsync(Task opened)
    {
        await opened.ConfigureAwait(false);
        await EndAsync().ConfigureAwait(false);
    }

    private async Task EndAsync()
    {
        try
        {
            var (reason, description) = _end!.Value;
            bool began;
            lock (_gate)
            {
                began = _state == State.Connected;
                if (began)
                    _lastRooms = Rooms;
                _state = State.Closing;
            }

            if (began)
            {
                Raise(description is null ? new SocketEvent("disconnecting", reason) : new SocketEvent("disconnecting", reason, description));
                await SaveAsync(reason).ConfigureAwait(false);
            }

            Session?.End(reason is DisconnectReason.ClientNamespaceDisconnect or DisconnectReason.ServerNamespaceDisconnect ? 1000 : 1006, reason);
            Namespace.Remove(this);
            lock (_gate)
                _state = State.Closed;
            FailAcks();
            LetStart();
            if (!began)
                return;
            SocketLog.Disconnected(Namespace.Server.Log, Id, Namespace.Name, reason);
            Raise(description is null ? new SocketEvent("disconnect", reason) : new SocketEvent("disconnect", reason, description));
        }
        catch (Exception e)
        {
            SocketLog.Defect(Namespace.Server.Log, e);
        }
        finally
        {
            TaskCompletionSource? ended;
            lock (_gate)
            {
                _state = State.Closed;
                ended = _ended;
            }

            ended?.TrySetResult();
        }
    }

    private async ValueTask SaveAsync(string reason)
    {
        if (Pid is null || Array.IndexOf(Recoverable, reason) < 0)
            return;
        var server = Namespace.Server;
        var state = Wire.TakeState(new SocketState
        {
            Pid = Pid,
            Id = Id,
            Namespace = Namespace.Name,
            Tag = "",
            Data = _data is null ? new Dictionary<string, object?>(StringComparer.Ordinal) : new Dictionary<string, object?>(_data, StringComparer.Ordinal),
            Expires = server.Time.GetUtcNow() + server.Options.ConnectionStateRecovery!.MaxDisconnectionDuration,
        });
        if (state is null)
            return;
        try
        {
            await server.States.SaveAsync(state).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SocketLog.StateFailed(server.Log, e, Id);
        }
    }
}
