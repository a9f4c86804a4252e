namespace Hutong.SocketIO;

/// <summary>Which sockets of a namespace are meant.</summary>
/// <param name="Rooms">Those in any of these rooms, or of these ids; if there are none, all.</param>
/// <param name="ExceptRooms">But for those in any of these rooms, or of these ids.</param>
/// <param name="ExceptId">And but for this one.</param>
public sealed record SocketTarget(IReadOnlyList<string> Rooms, IReadOnlyList<string> ExceptRooms, string? ExceptId);
