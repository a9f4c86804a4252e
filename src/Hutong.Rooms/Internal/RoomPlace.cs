namespace Hutong.Rooms.Internal;

/// <summary>Where a room with history stands in its stream. In the room's turn only.</summary>
internal sealed class RoomPlace
{
    /// <summary>That of every room without history: it never changes.</summary>
    public static RoomPlace None { get; } = new();

    /// <summary>The stream's epoch; null until it is known.</summary>
    public string? Epoch { get; set; }

    /// <summary>The offset of the last publication that went to the members.</summary>
    public long Offset { get; set; }

    /// <summary>The newest that is known of, while those before it are read from the history.</summary>
    public long Seen { get; set; }

    /// <summary>The offset that members were last told.</summary>
    public long Told { get; set; }

    public int FillAttempts { get; set; }

    public bool IsFilling { get; set; }

    /// <summary>Those who join from beyond it, and wait for it to catch up.</summary>
    public List<(Member Member, JoinBuffer Buffer, StreamPosition Since)>? Ahead { get; set; }
}
