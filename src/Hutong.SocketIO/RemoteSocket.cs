using System.Text.Json;

namespace Hutong.SocketIO;

/// <summary>A socket that may be on another node: what was known of it when it was fetched, and what can be done with it.</summary>
public sealed class RemoteSocket
{
    private readonly SocketNamespace _namespace;
    private readonly SocketSnapshot _snapshot;

    internal RemoteSocket(SocketNamespace nsp, SocketSnapshot snapshot) => (_namespace, _snapshot) = (nsp, snapshot);

    /// <summary>Its id.</summary>
    public string Id => _snapshot.Id;

    /// <summary>The rooms that it was in, its own one included.</summary>
    public IReadOnlyCollection<string> Rooms => (IReadOnlyCollection<string>)_snapshot.Rooms;

    /// <summary>Its <see cref="Socket.Data"/> as a JSON object; undefined if that could not be written.</summary>
    public JsonElement Data => _snapshot.Data.IsEmpty ? default : _namespace.Json.Read<JsonElement>(_snapshot.Data.Span, []);

    /// <summary>Where its client is; null if unknown.</summary>
    public string? Address => _snapshot.Address;

    /// <summary>When it connected.</summary>
    public DateTimeOffset Time => _snapshot.Time;

    private BroadcastOperator Self => _namespace.To(Id);

    /// <summary>Emits an event to it.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    public ValueTask EmitAsync(string name, params ReadOnlySpan<object?> arguments) => Self.EmitAsync(name, arguments);

    /// <summary>Emits an event with one argument.</summary>
    /// <typeparam name="T">The argument's type; an array is one argument.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="argument">The argument.</param>
    public ValueTask EmitAsync<T>(string name, T argument) => Self.EmitAsync(name, [argument]);

    /// <summary>Emits an event, and waits for the answer.</summary>
    /// <typeparam name="T">What the answer's first argument is read as.</typeparam>
    /// <param name="name">The event's name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The answer; none if the socket has gone.</returns>
    public Task<BroadcastAcks<T>> EmitWithAckAsync<T>(string name, params ReadOnlySpan<object?> arguments) => Self.EmitWithAckAsync<T>(name, arguments);

    /// <summary>Lets it into rooms.</summary>
    /// <param name="rooms">The rooms' names.</param>
    public Task JoinAsync(params string[] rooms) => Self.SocketsJoinAsync(rooms);

    /// <summary>Takes it out of a room.</summary>
    /// <param name="room">The room's name.</param>
    public Task LeaveAsync(string room) => Self.SocketsLeaveAsync(room);

    /// <summary>Puts it out of its namespace.</summary>
    /// <param name="close">Whether to close its connection too.</param>
    public Task DisconnectAsync(bool close = false) => Self.DisconnectSocketsAsync(close);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
