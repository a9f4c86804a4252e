using System.Text.Json;

namespace Hutong.Client;

/// <summary>Someone in a room.</summary>
/// <param name="UserId">The user; null if unknown.</param>
/// <param name="Session">The session.</param>
/// <param name="Info">What the member shows; null if nothing.</param>
public sealed record RoomMember(string? UserId, string Session, JsonElement? Info);
