namespace Hutong.Rooms;

/// <summary>Who is in a room.</summary>
/// <param name="Sessions">How many sessions.</param>
/// <param name="Users">How many users; a session without one counts as one.</param>
/// <param name="Entries">The sessions, or as many of them as were asked for.</param>
public sealed record PresenceSnapshot(int Sessions, int Users, IReadOnlyList<PresenceEntry> Entries);
