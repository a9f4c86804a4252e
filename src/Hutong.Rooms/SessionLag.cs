namespace Hutong.Rooms;

/// <summary>What waits for a client that has not read it yet.</summary>
/// <param name="Messages">How many messages, as far as that is counted.</param>
/// <param name="Bytes">How many bytes.</param>
public readonly record struct SessionLag(long Messages, long Bytes);
