using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>A room was joined, for the first time or again.</summary>
/// <param name="Position">Where its stream stands; null in a room without history.</param>
/// <param name="Recovered">Whether nothing was missed since the position that was asked for; null if none was.</param>
public sealed record RoomJoined(StreamPosition? Position, bool? Recovered);
