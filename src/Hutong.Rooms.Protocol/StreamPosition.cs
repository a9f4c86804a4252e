namespace Hutong.Rooms;

/// <summary>
/// A place in a room's stream of publications. Offsets count up from 1 within an epoch; another epoch means that the stream began anew, and
/// offsets of the two cannot be compared.
/// </summary>
/// <param name="Epoch">Names the stream's incarnation: 1 to 64 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>~</c>.</param>
/// <param name="Offset">The offset of the last publication; 0 before the first. At most 2⁵³ − 1, so that a page's numbers hold it.</param>
public readonly record struct StreamPosition(string Epoch, long Offset)
{
    /// <summary>The largest offset: 2⁵³ − 1.</summary>
    public const long MaxOffset = (1L << 53) - 1;

    /// <summary>The form <c>epoch:offset</c>, as in an SSE event's id.</summary>
    public override string ToString() => $"{Epoch}:{Offset}";
}
