namespace Hutong.Connections.Internal;

/// <summary>Who is called when a deadline in the <see cref="TimerWheel"/> is due.</summary>
internal interface ITimerWheelOwner
{
    /// <summary>Where the wheel keeps its links.</summary>
    ref TimerLinks TimerLinks { get; }

    /// <summary>The deadline has come. Runs on the clock's timer thread: be short, do not block.</summary>
    void OnDue();
}
