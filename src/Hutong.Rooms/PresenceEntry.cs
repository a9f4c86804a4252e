namespace Hutong.Rooms;

/// <summary>A session in a room, as others see it.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="User">The user's id; null if the session has none.</param>
/// <param name="Info">What it shows of itself: a JSON value, or empty.</param>
/// <param name="Node">The node that it is connected to.</param>
public sealed record PresenceEntry(string Session, string? User, ReadOnlyMemory<byte> Info, string Node);
