using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>What was said in a room.</summary>
/// <param name="Complete">Whether nothing of what was asked for is gone.</param>
/// <param name="Publications">The publications, oldest first.</param>
/// <param name="Position">Where the stream stands; null if the server did not say.</param>
public sealed record RoomHistory(bool Complete, IReadOnlyList<ClientMessage> Publications, StreamPosition? Position);
