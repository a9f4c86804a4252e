namespace Hutong.Transport.Internal;

/// <summary>
/// Where a loop's connections write what leaves in the same turn. A connection holds a range of it until it is sent, and the same frame is written
/// once for all who get it. It is emptied at the end of each turn, when nobody holds anything any more, so it stays in the cache. Only the loop's
/// thread writes; whoever holds a range may read it until the turn ends.
/// </summary>
internal sealed class TurnBuffer
{
    public const int Size = 256 * 1024;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size, pinned: true);

    private byte[]? _shared;
    private int _sharedStart;

    // Below it nothing is taken back before the turn ends: others may hold it.
    private int _floor;

    public byte[] Bytes => _bytes;

    public int Position { get; private set; }

    /// <summary>Whether it takes anything now: not while what it holds is being sent.</summary>
    public bool IsOpen { get; private set; } = true;

    public int Room => IsOpen ? Size - Position : 0;

    public void Advance(int count) => Position += count;

    /// <summary>Writes a frame that may be sent to many.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="start">Where it is.</param>
    /// <returns>Whether there was room.</returns>
    public bool TryShare(byte[] frame, out int start)
    {
        start = _sharedStart;
        if (ReferenceEquals(frame, _shared))
            return IsOpen;
        start = Position;
        if (frame.Length > Room)
            return false;
        frame.CopyTo(_bytes, Position);
        _shared = frame;
        _sharedStart = Position;
        Position += frame.Length;
        _floor = Position;
        return true;
    }

    /// <summary>Takes back a range that was sent, if it is the last one.</summary>
    public void TakeBack(int start, int end)
    {
        if (end == Position && start >= _floor)
            Position = start;
    }

    /// <summary>The end of the turn has come: nothing more is taken.</summary>
    public void Close() => IsOpen = false;

    /// <summary>The turn is over, and the next one begins.</summary>
    public void Clear()
    {
        IsOpen = true;
        Position = 0;
        _floor = 0;
        _shared = null;
    }
}
