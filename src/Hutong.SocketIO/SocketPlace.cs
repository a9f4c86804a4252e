namespace Hutong.SocketIO;

/// <summary>Where a socket stands in the stream of a room.</summary>
/// <param name="Room">The room's name among the rooms of Hutong.</param>
/// <param name="Epoch">The stream's epoch; null for a room that keeps no history.</param>
/// <param name="Joined">The offset at which it joined.</param>
/// <param name="Sent">The offset up to which everything was sent.</param>
/// <param name="JoinedAt">When it joined, in milliseconds since 1970-01-01 UTC.</param>
/// <param name="LeftAt">When it left; null if it is in the room.</param>
/// <param name="Until">The offset at which it left.</param>
public sealed record SocketPlace(string Room, string? Epoch, long Joined, long Sent, long JoinedAt, long? LeftAt = null, long Until = 0)
{
    /// <summary>Whether it has left the room.</summary>
    public bool IsLeft => LeftAt is not null;
}
