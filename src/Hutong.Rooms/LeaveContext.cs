using Hutong.Rooms.Internal;

namespace Hutong.Rooms;

/// <summary>A session has left a room, or has ended while it was in it.</summary>
public sealed class LeaveContext : SessionContext
{
    internal LeaveContext(RoomGraph graph, Session session, string room)
        : base(graph, session) => Room = room;

    /// <summary>The room's name.</summary>
    public string Room { get; }

    internal override async ValueTask InvokeAsync(RoomHandlers handlers)
    {
        foreach (var (pattern, handler) in handlers.Leave)
        {
            if (RoomPattern.Matches(pattern, Room))
                await handler(this).ConfigureAwait(false);
        }
    }
}
