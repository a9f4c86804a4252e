namespace Hutong.Rooms;

/// <summary>Rooms and sessions as the application's own code sees them: inject it anywhere. Calls reach the sessions of every node.</summary>
public interface IRooms
{
    /// <summary>A room, to publish in it. It need not exist.</summary>
    /// <param name="name">Its name.</param>
    Room Room(string name);

    /// <summary>Publishes in a room.</summary>
    /// <param name="room">Its name.</param>
    /// <param name="request">What to publish.</param>
    /// <param name="cancellationToken">Gives up waiting; it may have been published.</param>
    /// <returns>Its position; null if the room keeps no history.</returns>
    /// <exception cref="ArgumentException">No pattern matches the room's name.</exception>
    ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends a message to all who are in any of some rooms, once to each, but for <see cref="PublishRequest.Except"/> and
    /// <see cref="PublishRequest.ExceptRooms"/>. It has no place in their
    /// streams, and may overtake what is being published there.
    /// </summary>
    /// <param name="rooms">The rooms' names.</param>
    /// <param name="request">The message.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask BroadcastAsync(IReadOnlyList<string> rooms, PublishRequest request, CancellationToken cancellationToken = default);

    /// <summary>Sends a message to all sessions of a user. Who is not connected now does not get it.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask SendToUserAsync(string user, string type, Payload payload = default, CancellationToken cancellationToken = default);

    /// <summary>Sends a message to a session, if it is connected now.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask SendToSessionAsync(string session, string type, Payload payload = default, CancellationToken cancellationToken = default);

    /// <summary>Lets a session into a room, without asking the handlers. It is told by an <c>ack</c> without an id.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="room">The room's name.</param>
    /// <param name="info">What it shows of itself there: a JSON value, or empty.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">No pattern matches the room's name.</exception>
    ValueTask JoinAsync(string session, string room, ReadOnlyMemory<byte> info = default, CancellationToken cancellationToken = default);

    /// <summary>Takes a session out of a room. It is told by an <c>ack</c> without an id.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="room">The room's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask LeaveAsync(string session, string room, CancellationToken cancellationToken = default);

    /// <summary>Ends a session.</summary>
    /// <param name="session">The session's id.</param>
    /// <param name="code">The close code: 1000, or 3000–4999. Default 3502, after which clients do not come back.</param>
    /// <param name="reason">The reason, at most 123 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask DisconnectAsync(string session, int code = 3502, string reason = "", CancellationToken cancellationToken = default);

    /// <summary>Ends all sessions of a user.</summary>
    /// <param name="user">The user's id.</param>
    /// <param name="code">The close code: 1000, or 3000–4999. Default 3502, after which clients do not come back.</param>
    /// <param name="reason">The reason, at most 123 bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask DisconnectUserAsync(string user, int code = 3502, string reason = "", CancellationToken cancellationToken = default);

    /// <summary>Tells who is in a room that has presence.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="limit">How many sessions to name at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<PresenceSnapshot> GetPresenceAsync(string room, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Reads a room's history.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="since">What the caller has; null for the newest.</param>
    /// <param name="limit">How many publications at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">No pattern matches the room's name.</exception>
    ValueTask<HistoryPage> GetHistoryAsync(string room, StreamPosition? since = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>A session that is connected to this node; null if there is none of that id.</summary>
    /// <param name="id">The session's id.</param>
    Session? FindSession(string id);
}
