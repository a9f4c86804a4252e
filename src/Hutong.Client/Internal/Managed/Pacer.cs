namespace Hutong.Client.Internal;

/// <summary>Keeps to a <see cref="SendPace"/>: a bucket that fills as time goes. Used in the mailbox.</summary>
internal sealed class Pacer(SendPace pace, TimeProvider time)
{
    private double _tokens = pace.Burst;
    private long _at = time.GetTimestamp();

    /// <summary>Counts a message, if it may go now.</summary>
    /// <returns>How long to wait; zero if it may go.</returns>
    public TimeSpan Take()
    {
        long now = time.GetTimestamp();
        _tokens = Math.Min(pace.Burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * pace.PerSecond));
        _at = now;
        // What is a hair less than one has only been rounded.
        if (_tokens < 1 - 1e-9)
            return TimeSpan.FromMilliseconds(Math.Ceiling(((1 - _tokens) / pace.PerSecond * 1000) - 1e-6));
        _tokens = Math.Max(_tokens - 1, 0);
        return TimeSpan.Zero;
    }
}
