namespace Hutong.Rooms;

/// <summary>Who is in which room, over all nodes. In one process it is <see cref="MemoryPresence"/>.</summary>
public interface IPresenceStore
{
    /// <summary>Notes that a session has come into a room.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="entry">The session.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What has changed by it.</returns>
    ValueTask<PresenceChange> JoinAsync(string room, PresenceEntry entry, CancellationToken cancellationToken = default);

    /// <summary>Notes that a session has left a room.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="session">The session's id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What has changed by it.</returns>
    ValueTask<PresenceChange> LeaveAsync(string room, string session, CancellationToken cancellationToken = default);

    /// <summary>Tells who is in a room.</summary>
    /// <param name="room">The room's name.</param>
    /// <param name="limit">How many to name at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<PresenceSnapshot> GetAsync(string room, int limit, CancellationToken cancellationToken = default);

    /// <summary>Says that a node lives. Entries of a node that has not said so for the time given are those of the dead, and no longer told.</summary>
    /// <param name="node">The node's name: <see cref="PresenceEntry.Node"/>.</param>
    /// <param name="lease">For how long it counts as living.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask KeepAliveAsync(string node, TimeSpan lease, CancellationToken cancellationToken = default);
}
