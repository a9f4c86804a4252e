using System.IO.Pipelines;
using System.Threading.Tasks.Sources;

namespace Hutong.Connections.Internal;

/// <summary>Lets the one receiving loop wait, and go on where the scheduler says: never on the thread that lets it go, which may hold locks.</summary>
internal sealed class ResumeSignal(PipeScheduler scheduler) : IValueTaskSource
{
    private readonly Lock _lock = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private bool _set;
    private bool _waiting;

    /// <summary>Waits until <see cref="Set"/> was called since the last wait.</summary>
    public ValueTask WaitAsync()
    {
        lock (_lock)
        {
            if (_set)
            {
                _set = false;
                return default;
            }

            _core.Reset();
            _waiting = true;
            return new ValueTask(this, _core.Version);
        }
    }

    public void Set()
    {
        lock (_lock)
        {
            if (!_waiting)
            {
                _set = true;
                return;
            }

            _waiting = false;
        }

        scheduler.Schedule(static signal => ((ResumeSignal)signal!)._core.SetResult(true), this);
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
