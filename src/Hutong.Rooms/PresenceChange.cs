namespace Hutong.Rooms;

/// <summary>What a join or leave changed.</summary>
/// <param name="Sessions">How many sessions are in the room now.</param>
/// <param name="UserChanged">Whether it was the first session of its user to come, or the last to leave. A session without a user is one of its own.</param>
public readonly record struct PresenceChange(int Sessions, bool UserChanged);
