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

    public MemberState State { get; private set; }

    /// <summary>Where it stands among those who are sent to one by one; negative if it is not one of them.</summary>
    public int SingleIndex { get; set; } = -1;

    /// <summary>Whether publications come to it by the room's group.</summary>
    public bool IsInGroup { get; set; }

    /// <summary>The room's offset when it last became <see cref="MemberState.Live"/>: up to there it has everything.</summary>
    public long LiveSince { get; private set; }

    /// <summary>The last offset that it was sent, while it is not <see cref="MemberState.Live"/>.</summary>
    public long LastOffset { get; set; }

    /// <summary>What waits for it: publications while it joins, or the newest of each key while it is behind.</summary>
    public object? Waiting { get; set; }

    /// <summary>Changes its state, and with it the way on which publications come to it.</summary>
    /// <param name="state">The new state.</param>
    /// <param name="offset">The room's offset.</param>
    public void Become(MemberState state, long offset)
    {
        State = state;
        if (state == MemberState.Live)
            LiveSince = offset;
        Room.Place(this);
    }
}
