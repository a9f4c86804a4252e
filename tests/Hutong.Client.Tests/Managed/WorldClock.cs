using Hutong.Testing;

namespace Hutong.Client.Managed;

/// <summary>A clock in virtual time on a machine that can sleep: the time of day goes on, timers do not.</summary>
internal sealed class WorldClock : TimeProvider
{
    private readonly ManualTimeProvider _inner = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TimeSpan _slept;

    public int ActiveTimers => _inner.ActiveTimers;

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow() + _slept;

    public override long GetTimestamp() => _inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);

    public void Advance(double milliseconds) => _inner.Advance(TimeSpan.FromMilliseconds(milliseconds));

    public void Sleep(double milliseconds) => _slept += TimeSpan.FromMilliseconds(milliseconds);
}
