using Hutong.Rooms;

namespace Hutong.SocketIO.Internal;

/// <summary>An event that was published while its socket was away.</summary>
/// <param name="Publication">The event.</param>
/// <param name="Place">In which of the socket's places.</param>
/// <param name="IsKept">Whether it was not for this socket.</param>
internal readonly record struct MissedEvent(Publication Publication, int Place, bool IsKept);
