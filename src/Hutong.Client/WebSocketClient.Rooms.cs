using System.Collections.Concurrent;

namespace Hutong.Client;

/// <content>Rooms.</content>
public sealed partial class WebSocketClient
{
    private readonly ConcurrentDictionary<string, ClientRoom> _rooms = new(StringComparer.Ordinal);

    /// <summary>
    /// The room of this name, the same one at each call; nothing is asked of the server. Add listeners, then <see cref="ClientRoom.JoinAsync"/>.
    /// </summary>
    /// <param name="name">The name.</param>
    public ClientRoom Room(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _rooms.GetOrAdd(name, static (n, client) => new ClientRoom(client, n), this);
    }

    /// <summary>Joins a room; otherwise as <see cref="ClientRoom.JoinAsync"/>. What is published before its listeners are added is not seen.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ClientException">The server refused it for good, or the client was closed.</exception>
    public async Task<ClientRoom> JoinAsync(string name, RoomJoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        var room = Room(name);
        await room.JoinAsync(options, cancellationToken).ConfigureAwait(false);
        return room;
    }

    internal void LeaveRooms()
    {
        foreach (var room in _rooms.Values)
            _ = _core.LeaveRoom(room);
    }
}
