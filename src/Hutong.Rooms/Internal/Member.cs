namespace Hutong.Rooms.Internal;

/// <summary>A session in a room. Changed in the room's turn only.</summary>
internal sealed class Member(Session session, RoomActor room, byte[]? info)
{
    public Session Session { get; } = session;

    public RoomActor Room { get; } = room;

    /// <summary>What it shows of itself; null for nothing.</summary>
    public byte[]? Info { get; set; } = info;

    /// <summary>Where it stands in the room's array.</summary>
    public int Index { get; set; } = -1;

    public MemberState State { get; set; }

    /// <summary>The last offset that it was sent, while it is not <see cref="MemberState.Live"/>.</summary>
    public long LastOffset { get; set; }

    /// <summary>What waits for it: publications while it joins, or the newest of each key while it is behind.</summary>
    public object? Waiting { get; set; }
}
