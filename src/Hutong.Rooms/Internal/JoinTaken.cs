namespace Hutong.Rooms.Internal;

/// <summary>Takes the answer to a join, in the room's turn: nothing of the room comes between it and what it says.</summary>
/// <param name="position">Where the room stands; null without history.</param>
/// <param name="recovered">Whether everything that was missed is there; null if the join did not ask.</param>
/// <param name="missed">What was missed, oldest first.</param>
internal delegate void JoinTaken(StreamPosition? position, bool? recovered, IReadOnlyList<Publication> missed);
