using Hutong.Rooms;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <content>How a client comes in.</content>
public sealed partial class SocketNamespace
{
    /// <summary>Lets a client in, or tells it why not.</summary>
    internal async Task ConnectAsync(SocketClient client, ReadOnlyMemory<byte> auth)
    {
        var handshake = new Handshake(client.Link.Request, auth, Json, Server.Time.GetUtcNow());
        var recovery = IsTracked ? await Recovery.PrepareAsync(this, auth).ConfigureAwait(false) : null;
        if (recovery is not null)
        {
            var recovered = new Socket(this, client, handshake, recovery);
            if (!Server.Options.ConnectionStateRecovery!.SkipMiddlewares && !await PassAsync(recovered).ConfigureAwait(false))
            {
                await recovery.PutBackAsync().ConfigureAwait(false);
                return;
            }

            if (await TryRecoverAsync(recovered, recovery).ConfigureAwait(false))
                return;
        }

        var socket = new Socket(this, client, handshake, null);
        if (!await PassAsync(socket).ConfigureAwait(false))
            return;
        if (await OpenAsync(socket).ConfigureAwait(false) is not { } session)
        {
            Server.Refuse(client, Name, socket.Wire.Refusal ?? "The server refused the connection", null);
            return;
        }

        socket.Wire.Welcome = Welcome(socket);
        if (!Begin(socket))
        {
            session.End(1006);
            return;
        }

        string? problem = null;
        try
        {
            problem = (IsTracked ? await Graph.EnterAsync(session, Names.Of(socket.Id)).ConfigureAwait(false) : null)?.Message;
            problem ??= (await Graph.EnterAsync(session, Names.All).ConfigureAwait(false))?.Message;
        }
        catch (Exception e)
        {
            SocketLog.Defect(Server.Log, e);
            problem = "The server failed";
        }

        if (problem is null || session.IsEnded)
        {
            Start(socket);
            return;
        }

        socket.OnClosed(DisconnectReason.ServerNamespaceDisconnect, null);
        socket.Opened();
        Server.Refuse(client, Name, problem, null);
    }

    private static EngineMessage Welcome(Socket socket)
    {
        string nsp = socket.Namespace.Name.Length == 1 ? "" : socket.Namespace.Name + ",";
        return EngineMessage.Text(socket.Pid is { } pid ? $"0{nsp}{{\"sid\":\"{socket.Id}\",\"pid\":\"{pid}\"}}" : $"0{nsp}{{\"sid\":\"{socket.Id}\"}}");
    }

    private ValueTask<Session?> OpenAsync(Socket socket)
    {
        var request = socket.Handshake.Request;
        return Graph.OpenAsync(socket.Wire, new SessionStart { Id = socket.Id, User = request.KnownUser, RemoteAddress = socket.Handshake.Address, Request = request });
    }

    /// <returns>Whether the socket goes on with all it has missed. If not, nothing of it is left.</returns>
    private async ValueTask<bool> TryRecoverAsync(Socket socket, Recovery recovery)
    {
        socket.Wire.Hold();
        if (await OpenAsync(socket).ConfigureAwait(false) is not { } session)
            return false;
        if (!await TryEnterAsync(recovery, session).ConfigureAwait(false))
        {
            socket.Wire.End();
            session.End(1006);
            return false;
        }

        if (!Begin(socket))
        {
            // Its connection is over already: another one may come.
            socket.Wire.End();
            session.End(1006);
            await recovery.PutBackAsync().ConfigureAwait(false);
            return true;
        }

        socket.Client.Link.TrySend(Welcome(socket));
        await socket.Wire.ReleaseAsync(recovery.Missed()).ConfigureAwait(false);
        Start(socket);
        return true;
    }

    private async ValueTask<bool> TryEnterAsync(Recovery recovery, Session session)
    {
        try
        {
            return await recovery.EnterAsync(session).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SocketLog.StateFailed(Server.Log, e, session.Id);
            return false;
        }
    }

    /// <summary>From here on the socket belongs to its connection.</summary>
    /// <returns>False if that is over.</returns>
    private bool Begin(Socket socket)
    {
        socket.Connected();
        Add(socket);
        if (socket.Client.Add(socket))
        {
            socket.Wire.UseDirect();
            return true;
        }

        Remove(socket);
        return false;
    }

    private void Start(Socket socket)
    {
        SocketLog.Connected(Server.Log, socket.Id, Name, socket.IsRecovered);
        foreach (var handler in _handlers.Connections)
        {
            try
            {
                var task = handler(socket);
                if (!task.IsCompletedSuccessfully)
                    _ = WatchAsync(task, socket);
            }
            catch (Exception e)
            {
                SocketLog.ConnectionFailed(Server.Log, e, Name, socket.Id);
            }
        }

        socket.Opened();
    }

    private async Task WatchAsync(ValueTask task, Socket socket)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SocketLog.ConnectionFailed(Server.Log, e, Name, socket.Id);
        }
    }

    /// <summary>Asks the middlewares.</summary>
    /// <returns>Whether the client may come in; if not, it has been told.</returns>
    private async ValueTask<bool> PassAsync(Socket socket)
    {
        foreach (var middleware in _handlers.Middlewares)
        {
            try
            {
                await middleware(socket).ConfigureAwait(false);
            }
            catch (ConnectErrorException e)
            {
                Server.Refuse(socket.Client, Name, e.Message, e.Details);
                return false;
            }
            catch (Exception e)
            {
                SocketLog.MiddlewareFailed(Server.Log, e, Name);
                Server.Refuse(socket.Client, Name, "The server failed", null);
                return false;
            }
        }

        return true;
    }
}
