namespace Hutong.Connections.Internal;

/// <summary>A deadline in the <see cref="TimerWheel"/>, which alone changes it, under its lock. It lies in its owner.</summary>
internal struct TimerLinks
{
    /// <summary>The tick at which it is due, from 1 on; 0 if it does not wait.</summary>
    public long DueTick;

    public ITimerWheelOwner? Next;

    public ITimerWheelOwner? Previous;
}
