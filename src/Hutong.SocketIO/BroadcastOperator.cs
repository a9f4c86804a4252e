using Hutong.Rooms;
using Hutong.SocketIO.Internal;

namespace Hutong.SocketIO;

/// <summary>
/// Some of the sockets of a namespace, on every node unless it is <see cref="Local"/>: to emit to them, or to do something with them. Immutable: each call gives
/// another one.
/// </summary>
public sealed class BroadcastOperator
{
    private readonly SocketNamespace _namespace;
    private readonly string[] _rooms;
    private readonly string[] _exceptRooms;
    private readonly string? _exceptId;
    private readonly EmitFlags _flags;

    internal BroadcastOperator(SocketNamespace nsp, string[] rooms, string[] exceptRooms, string? exceptId, EmitFlags flags)
    {
        _namespace = nsp;
        _rooms = rooms;
        _exceptRooms = exceptRooms;
        _exceptId = exceptId;
        _flags = flags;
    }

    /// <summary>Those of this node alone.</summary>
    public BroadcastOperator Local => With(_flags with { Local = true });

    /// <summary>Those to whom a message would go out at once; the others go without.</summary>
    public BroadcastOperator Volatile => With(_flags with { Volatile = true });

    /// <summary>Those in some rooms too, each once.</summary>
    /// <param name="rooms">The rooms' names; a socket's id names that socket.</param>
    public BroadcastOperator To(params string[] rooms) => new(_namespace, Union(_rooms, rooms), _exceptRooms, _exceptId, _flags);

    /// <summary>As <see cref="To"/>.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public BroadcastOperator In(params string[] rooms) => To(rooms);

    /// <summary>Not those in some rooms.</summary>
    /// <param name="rooms">The rooms' names; a socket's id names that socket.</param>
    public BroadcastOperator Except(params string[] rooms) => new(_namespace, _rooms, Union(_exceptRooms, rooms), _exceptId, _flags);

    /// <summary>With another wait for answers than <see cref="SocketIOOptions.AckTimeout"/>.</summary>
    /// <param name="timeout">How long at most.</param>
    public BroadcastOperator Timeout(TimeSpan timeout) => With(_flags with { Timeout = timeout });

    /// <summary>With or without compression where it was agreed on.</summary>
    /// <param name="compress">Whether to compress.</param>
    public BroadcastOperator Compress(bool compress) => With(_flags with { Uncompressed = !compress });

    /// <summary>Emits an event to them. It is encoded once for all.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments, written as JSON by their types; bytes become attachments.</param>
    /// <exception cref="ArgumentException">The name is one of Socket.IO's own.</exception>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => PublishAsync(_namespace.Write(name, arguments));

    /// <summary>Emits an event with one argument; otherwise as <see cref="EmitAsync(string, ReadOnlySpan{object?})"/>.</summary>
    /// <typeparam name="T">The argument's type; an array is one argument.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="argument">The argument.</param>
    public ValueTask EmitAsync<T>(string name, T argument) => EmitAsync(name, [argument]);

    /// <summary>Emits the event <c>message</c>.</summary>
    /// <param name="arguments">Its arguments.</param>
    public ValueTask SendAsync(params ReadOnlySpan<object?> arguments) => EmitAsync("message", arguments);

    /// <summary>Emits an event, and collects the answers.</summary>
    /// <typeparam name="T">What an answer's first argument is read as; answers that do not fit are left out.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The answers that came in time, and whether those are all.</returns>
    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) =>
        BroadcastAcks<T>.CollectAsync(_namespace, ToTarget(), _namespace.Write(name, arguments), _flags);

    /// <summary>Tells which sockets those are.</summary>
    public async Task<IReadOnlyList<RemoteSocket>> FetchSocketsAsync()
    {
        var target = ToTarget();
        var found = new List<RemoteSocket>();
        foreach (var socket in await _namespace.SelectAsync(target).ConfigureAwait(false))
            found.Add(new RemoteSocket(_namespace, SocketSnapshot.Of(socket)));
        if (_flags.Local)
            return found;
        foreach (var answer in await _namespace.Server.AskAsync(new SocketClusterRequest(SocketClusterRequestKind.Fetch, _namespace.Name, target)).ConfigureAwait(false))
            found.AddRange(answer.Sockets.Select(s => new RemoteSocket(_namespace, s)));
        return found;
    }

    /// <summary>Lets them into rooms. On other nodes it may happen a little later.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public Task SocketsJoinAsync(params string[] rooms) => TellAsync(SocketClusterRequestKind.Join, rooms, close: false);

    /// <summary>Takes them out of rooms. On other nodes it may happen a little later.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public Task SocketsLeaveAsync(params string[] rooms) => TellAsync(SocketClusterRequestKind.Leave, rooms, close: false);

    /// <summary>Puts them out of the namespace.</summary>
    /// <param name="close">Whether to close their connections too.</param>
    public Task DisconnectSocketsAsync(bool close = false) => TellAsync(SocketClusterRequestKind.Disconnect, [], close);

    private static string[] Union(string[] some, string[] others)
    {
        ArgumentNullException.ThrowIfNull(others);
        return [.. some.Union(others, StringComparer.Ordinal)];
    }

    private BroadcastOperator With(EmitFlags flags) => new(_namespace, _rooms, _exceptRooms, _exceptId, flags);

    private SocketTarget ToTarget() => new(_rooms, _exceptRooms, _exceptId);

    private async Task TellAsync(SocketClusterRequestKind kind, string[] rooms, bool close)
    {
        ArgumentNullException.ThrowIfNull(rooms);
        var request = new SocketClusterRequest(kind, _namespace.Name, ToTarget()) { Rooms = rooms, Close = close };
        await _namespace.ApplyAsync(request).ConfigureAwait(false);
        if (!_flags.Local)
            await _namespace.Server.TellAsync(request).ConfigureAwait(false);
    }

    private ValueTask PublishAsync(EventData data)
    {
        var names = _namespace.Names;
        var request = _flags.Mark(data).ToRequest() with
        {
            Volatile = _flags.Volatile,
            Except = _exceptId is null ? [.. _exceptRooms.Where(RoomNames.IsId)] : [_exceptId, .. _exceptRooms.Where(RoomNames.IsId)],
            ExceptRooms = _exceptRooms.Length == 0 ? [] : Array.ConvertAll(_exceptRooms, names.Of),
            Sender = _exceptId,
        };
        if (_rooms.Length == 0 && !_flags.Local)
            return Publish(names.All, request);
        if (_rooms.Length == 1 && !_flags.Local && (_namespace.IsTracked || !RoomNames.IsId(_rooms[0])))
            return Publish(names.Of(_rooms[0]), request);
        return new ValueTask(PublishToManyAsync(request));
    }

    private ValueTask Publish(string room, PublishRequest request)
    {
        var publishing = _namespace.Graph.PublishAsync(room, request);
        return publishing.IsCompletedSuccessfully ? default : AsTask(publishing);

        static async ValueTask AsTask(ValueTask<StreamPosition?> publishing) => await publishing.ConfigureAwait(false);
    }

    private async Task PublishToManyAsync(PublishRequest request)
    {
        var graph = _namespace.Graph;
        string all = _namespace.Names.All;
        string[] rooms = _rooms.Length == 0 ? [all] : Array.ConvertAll(_rooms, _namespace.Names.Of);
        if (_namespace.IsTracked && !_flags.Local)
        {
            // In the stream of the room of all, so that it is recovered with it; and for other protocols' clients in those rooms.
            await graph.PublishAsync(all, request with { Among = rooms }).ConfigureAwait(false);
            await graph.BroadcastAsync(rooms, request with { ExceptRooms = [.. request.ExceptRooms, all] }).ConfigureAwait(false);
            return;
        }

        // A socket is not in the room that is named by its id: it is meant itself.
        string[] ids = [.. _rooms.Where(RoomNames.IsId)];
        await graph.BroadcastAsync(rooms, ids, [all], request, _flags.Local).ConfigureAwait(false);
    }
}
