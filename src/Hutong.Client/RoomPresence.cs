namespace Hutong.Client;

/// <summary>Who is in a room.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Users">How many users.</param>
/// <param name="Members">As many as the server names.</param>
public sealed record RoomPresence(int Sessions, int Users, IReadOnlyList<RoomMember> Members);
