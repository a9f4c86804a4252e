namespace Hutong.Server.Internal;

/// <summary>Whether there is memory for more clients. Closes above a share of what the process may have, and opens again a little below it.</summary>
internal sealed class MemoryGuard(double share, TimeProvider time, Func<(long Used, long Available)>? measure = null)
{
    private const double Slack = 0.05;

    // To ask the system costs some microseconds.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Func<(long Used, long Available)> _measure = measure ?? Measure;
    private readonly Lock _gate = new();
    private long _measured;
    private bool _everMeasured;
    private bool _isOpen = true;

    public bool IsOpen
    {
        get
        {
            if (share >= 1)
                return true;
            lock (_gate)
            {
                long now = time.GetTimestamp();
                if (_everMeasured && time.GetElapsedTime(_measured, now) < Interval)
                    return _isOpen;
                _everMeasured = true;
                _measured = now;
                var (used, available) = _measure();
                _isOpen = used < available * (_isOpen ? share : share - Slack);
                return _isOpen;
            }
        }
    }

    private static (long Used, long Available) Measure() => (Environment.WorkingSet, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
