using System.Runtime.CompilerServices;
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

    /// <returns>To how many it goes.</returns>
    public int Send(Publication publication)
    {
        int count = 0;
        foreach (var (dialect, group) in _groups)
        {
            if (group.Count > 0)
                count += group.Broadcast(Unsafe.As<PreparedMessage>(publication.In(dialect)), except: null, publication);
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
