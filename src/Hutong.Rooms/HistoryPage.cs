namespace Hutong.Rooms;

/// <summary>A stretch of a room's history.</summary>
/// <param name="Top">Where the stream stands; null if the room keeps no history.</param>
/// <param name="Publications">What was asked for and is kept, oldest first.</param>
/// <param name="IsComplete">
/// Whether the first of them follows on what was asked for: nothing in between is gone. False too if the epoch was another one. Where more
/// was missed than the limit allows, the page begins where it was asked to and ends before <see cref="Top"/>.
/// </param>
public sealed record HistoryPage(StreamPosition? Top, IReadOnlyList<Publication> Publications, bool IsComplete)
{
    /// <summary>A room without history.</summary>
    public static HistoryPage None { get; } = new(null, [], IsComplete: false);
}
