using Hutong.Connections;
using Hutong.Connections.Internal;

namespace Hutong.Rooms.Internal;

/// <summary>
/// The members whose WebSockets take publications just as they are encoded: a group for each dialect, which sends what a turn of an event loop brought in one go. One
/// that has no room leaves its group there and then, and the room hears of it.
/// </summary>
internal sealed class FanOut(RoomActor room) : IGroupOwner
{
    // There are two dialects.
    private (Dialect Dialect, ConnectionGroup Group)[] _groups = [];

    public void Add(Dialect dialect, WebSocketConnection connection) => GroupOf(dialect).Add(connection);

    public void Remove(Dialect dialect, WebSocketConnection connection) => GroupOf(dialect).Remove(connection);

    /// <summary>Whether a publication is one WebSocket message for every member here.</summary>
    public bool CanSend(Publication publication)
    {
        foreach (var (dialect, group) in _groups)
        {
            if (group.Count > 0 && dialect.FrameOf(publication) is null)
                return false;
        }

        return true;
    }

    /// <summary>Sends a publication that <see cref="CanSend"/>.</summary>
    /// <param name="publication">The publication.</param>
    /// <param name="except">A member here who does not get it; null for none.</param>
    /// <returns>To how many it goes.</returns>
    public int Send(Publication publication, WebSocketConnection? except)
    {
        int count = except is null ? 0 : -1;
        foreach (var (dialect, group) in _groups)
        {
            if (group.Count > 0)
                count += group.Broadcast(dialect.FrameOf(publication)!, except, publication);
        }

        return count;
    }

    void IGroupOwner.OnRefused(WebSocketConnection connection, object? tag) => room.Note(connection, (Publication)tag!);

    private ConnectionGroup GroupOf(Dialect dialect)
    {
        foreach (var (known, group) in _groups)
        {
            if (ReferenceEquals(known, dialect))
                return group;
        }

        var made = new ConnectionGroup(this);
        _groups = [.. _groups, (dialect, made)];
        return made;
    }
}
