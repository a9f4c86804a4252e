namespace Hutong.Rooms.Internal;

/// <summary>A token bucket. The caller sees to it that one thread at a time uses it.</summary>
internal struct Bucket
{
    private float _taken;
    private long _last;

    /// <summary>Takes a token.</summary>
    /// <param name="now">The time in milliseconds.</param>
    /// <param name="perSecond">How many come back in a second.</param>
    /// <param name="burst">How many there are at most.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryTake(long now, double perSecond, int burst)
    {
        _taken = (float)Math.Max(0, _taken - ((now - _last) * perSecond / 1000));
        _last = now;
        if (_taken + 1 > burst)
            return false;
        _taken++;
        return true;
    }
}
