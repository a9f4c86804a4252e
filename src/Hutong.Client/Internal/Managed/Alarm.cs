namespace Hutong.Client.Internal;

/// <summary>One timer, set again and again, that calls back in the mailbox. All members are used there.</summary>
#pragma warning disable CA1001 // Ended by its owner in the mailbox, on every path; tests count what is left.
internal sealed class Alarm(TimeProvider time, Mailbox mailbox)
#pragma warning restore CA1001
{
    // The platform's longest is 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(20);

    private ITimer? _timer;
    private Action? _then;
    private long _setAt;
    private TimeSpan _delay;
    private bool _ended;

    public void Set(TimeSpan delay, Action then)
    {
        if (_ended)
            return;
        _then = then;
        _setAt = time.GetTimestamp();
        _delay = delay;
        Arm(delay);
    }

    public void Clear()
    {
        _then = null;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the timer go, for good.</summary>
    public void End()
    {
        _ended = true;
        _then = null;
        _timer?.Dispose();
    }

    private void Arm(TimeSpan delay)
    {
        var due = delay < TimeSpan.Zero ? TimeSpan.Zero : delay < Longest ? delay : Longest;
        if (_timer is not null)
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
            return;
        }

        // The timer outlives the call that sets it, and has no business with its context.
        using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(static alarm => ((Alarm)alarm!).Ring(), this, due, Timeout.InfiniteTimeSpan);
    }

    private void Ring() => mailbox.Run(() =>
    {
        if (_then is not { } then)
            return;
        // Set anew while it was ringing, a little early, or longer than a timer can be.
        var left = _delay - time.GetElapsedTime(_setAt);
        if (left > TimeSpan.Zero)
        {
            Arm(left);
            return;
        }

        _then = null;
        then();
    });
}
