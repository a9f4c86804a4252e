using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <content>What is done with many of its sockets, and what the nodes of a fleet ask of each other.</content>
public sealed partial class SocketNamespace
{
    /// <summary>Raises an event at this namespace on the other nodes: listeners are added by <c>On</c>.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    public ValueTask ServerSideEmitAsync(string name, params ReadOnlySpan<object?> arguments) =>
        Server.TellAsync(ToRequest(SocketClusterRequestKind.ServerSideEmit, Write(name, arguments)));

    /// <summary>Raises an event at this namespace on the other nodes, and collects what their listeners answer.</summary>
    /// <typeparam name="T">What the answers' first arguments are read as.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>One answer for each node that answered within <see cref="SocketIOOptions.ClusterTimeout"/>.</returns>
    public Task<IReadOnlyList<T?>> ServerSideEmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) =>
        AskNodesAsync<T>(ToRequest(SocketClusterRequestKind.ServerSideEmitWithAck, Write(name, arguments)));

    internal async ValueTask<IReadOnlyList<Socket>> SelectAsync(SocketTarget target)
    {
        IEnumerable<Socket> sockets;
        if (target.Rooms.Count == 0)
        {
            sockets = _sockets.Values;
        }
        else
        {
            var members = await Graph.MembersAsync([.. target.Rooms.Select(Names.Of)]).ConfigureAwait(false);
            var found = members.Select(m => m.Wire).OfType<SocketWire>().Select(w => _sockets.GetValueOrDefault(w.Session!.Id)).OfType<Socket>();
            sockets = target.Rooms.Select(r => _sockets.GetValueOrDefault(r)).OfType<Socket>().Union(found);
        }

        string[] except = [.. target.ExceptRooms.Select(Names.Of)];
        return
        [
            .. sockets.Where(s => s.Id != target.ExceptId && !target.ExceptRooms.Contains(s.Id, StringComparer.Ordinal) && s.Session?.IsInAny(except) != true),
        ];
    }

    /// <summary>Does with the sockets of this node what was asked.</summary>
    internal async Task ApplyAsync(SocketClusterRequest request)
    {
        foreach (var socket in await SelectAsync(request.Target).ConfigureAwait(false))
        {
            switch (request.Kind)
            {
                case SocketClusterRequestKind.Join:
                    await socket.JoinAsync([.. request.Rooms]).ConfigureAwait(false);
                    break;
                case SocketClusterRequestKind.Leave:
                    foreach (string room in request.Rooms)
                        await socket.LeaveAsync(room).ConfigureAwait(false);
                    break;
                case SocketClusterRequestKind.Disconnect:
                    socket.Disconnect(request.Close);
                    break;
            }
        }
    }

    /// <summary>Emits to the sockets of this node, and collects the answers.</summary>
    internal async Task<SocketClusterResponse> CollectAcksAsync(SocketTarget target, EventData data, EmitFlags flags, TimeSpan timeout)
    {
        var sockets = await SelectAsync(target).ConfigureAwait(false);
        long id = NextAckId();
        var messages = Pack(flags.Mark(data), id);
        var pending = new PendingAcks(sockets.Count);
        foreach (var socket in sockets)
        {
            if (socket.Expect(id, pending.One()))
                socket.Send(messages, flags);
        }

        pending.Asked();
        try
        {
            await pending.All.WaitAsync(timeout, Server.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            foreach (var socket in sockets)
                socket.Forget(id);
        }

        return new SocketClusterResponse { Asked = sockets.Count, Acks = pending.Answers };
    }

    /// <summary>Answers another node.</summary>
    internal async ValueTask<SocketClusterResponse?> HandleAsync(SocketClusterRequest request)
    {
        switch (request.Kind)
        {
            case SocketClusterRequestKind.Fetch:
                var sockets = await SelectAsync(request.Target).ConfigureAwait(false);
                return new SocketClusterResponse { Sockets = [.. sockets.Select(SocketSnapshot.Of)] };
            case SocketClusterRequestKind.EmitWithAck:
                var data = new EventData(request.Event, request.Arguments, 2, request.Attachments);
                return await CollectAcksAsync(request.Target, data, new EmitFlags { Volatile = request.Volatile }, request.Timeout).ConfigureAwait(false);
            case SocketClusterRequestKind.ServerSideEmit:
                RaiseHere(new SocketEvent(request.Event, Json, request.Arguments, request.Attachments, skip: 0, ack: null));
                return null;
            case SocketClusterRequestKind.ServerSideEmitWithAck:
                var answer = new TaskCompletionSource<EventData>(TaskCreationOptions.RunContinuationsAsynchronously);
                var ack = new SocketAck(Json, answer.SetResult);
                RaiseHere(new SocketEvent(request.Event, Json, request.Arguments, request.Attachments, skip: 0, ack));
                var given = await answer.Task.WaitAsync(Server.Options.ClusterTimeout, Server.Time).ConfigureAwait(false);
                return new SocketClusterResponse { Asked = 1, Acks = [new SocketAnswer(given.Arguments, given.Attachments)] };
            default:
                await ApplyAsync(request).ConfigureAwait(false);
                return null;
        }
    }

    private void RaiseHere(SocketEvent e)
    {
        Raise(e);
        if (Name.Length == 1)
            Server.Raise(e);
    }

    private SocketClusterRequest ToRequest(SocketClusterRequestKind kind, EventData data) => new(kind, Name, new SocketTarget([], [], null))
    {
        Event = data.Name,
        Arguments = data.Arguments,
        Attachments = data.Attachments,
    };

    private async Task<IReadOnlyList<T?>> AskNodesAsync<T>(SocketClusterRequest request)
    {
        var answers = await Server.AskAsync(request).ConfigureAwait(false);
        return [.. answers.SelectMany(a => a.Acks).Select(a => new SocketEvent("", Json, a.Arguments, a.Attachments, skip: 0, ack: null).Get<T>(0))];
    }
}
