using System.Diagnostics.CodeAnalysis;

namespace Hutong.Client.Internal;

/// <summary>
/// Runs one event at a time, where the owner was made if there is a synchronization context. It also settles what a browser's event loop
/// settles for a page, that listeners attached right after <c>new</c> miss nothing: an event of a kind that never had a listener waits for one for a
/// moment, and after that is kept for the first that comes.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore's wait handle is never made, so there is nothing to dispose.")]
internal sealed class EventDispatcher(TimeProvider time, long keepLimit)
{
    /// <summary>How long after the constructor, or after the last new listener, an event waits for a listener of its kind.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SynchronizationContext? _context = SynchronizationContext.Current;
    private readonly bool[] _heard = new bool[4];
    private readonly List<(EventKind Kind, long Size, Action Deliver)> _kept = [];
    private long _keptSize;
    private long _lastAttached = time.GetTimestamp();
    private TaskCompletionSource? _attached;
    private bool _isFinal;

    /// <summary>Where events run; null for the thread pool.</summary>
    public SynchronizationContext? Context => _context;

    /// <summary>Nobody else is going to listen: nothing waits or is kept any more.</summary>
    public void EndWaiting()
    {
        TaskCompletionSource? attached;
        lock (_lock)
        {
            _isFinal = true;
            _kept.Clear();
            attached = _attached;
        }

        attached?.TrySetResult();
    }

    /// <summary>Notes that a kind of event has a listener.</summary>
    public void Attach(EventKind kind)
    {
        TaskCompletionSource? attached;
        bool owed;
        lock (_lock)
        {
            if (_heard[(int)kind])
                return;
            _heard[(int)kind] = true;
            _lastAttached = time.GetTimestamp();
            attached = _attached;
            _attached = null;
            owed = _kept.Exists(k => k.Kind == kind);
        }

        attached?.TrySetResult();
        if (owed)
            _ = DeliverKeptAsync();
    }

    /// <summary>Waits until there is, or was, a listener for a kind of event, but not for long.</summary>
    public async ValueTask WaitForListenerAsync(EventKind kind)
    {
        while (true)
        {
            Task attached;
            TimeSpan left;
            lock (_lock)
            {
                left = Grace - time.GetElapsedTime(_lastAttached);
                if (_heard[(int)kind] || _isFinal || left <= TimeSpan.Zero)
                    return;
                attached = (_attached ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await attached.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Runs an event when those before it are done, and comes back when it is done.</summary>
    public async ValueTask RunAsync(Action body)
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_context is null)
                body();
            else
                await PostAsync(_context, body).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Keeps an event that nobody ever listened for. Messages only up to a limit; the oldest are dropped.</summary>
    /// <returns>Whether it is kept; if not, deliver it.</returns>
    public bool TryKeep(EventKind kind, long size, Action deliver)
    {
        lock (_lock)
        {
            if (_heard[(int)kind] || _isFinal)
                return false;
            _kept.Add((kind, size, deliver));
            _keptSize += size;
            while (_keptSize > keepLimit && _kept.FindIndex(k => k.Kind == EventKind.Message) is >= 0 and int oldest)
            {
                _keptSize -= _kept[oldest].Size;
                _kept.RemoveAt(oldest);
            }

            return true;
        }
    }

    private static async Task PostAsync(SynchronizationContext context, Action body)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            context.Post(
                _ =>
                {
                    try
                    {
                        body();
                    }
                    finally
                    {
                        done.TrySetResult();
                    }
                },
                null);
        }
        catch (Exception)
        {
            // A user interface that is gone; but the connection's end must be told, and its state set.
            body();
            return;
        }

        await done.Task.ConfigureAwait(false);
    }

    private async Task DeliverKeptAsync()
    {
        // Never on the thread that attaches: a listener does not run inside "+=".
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await RunAsync(() =>
        {
            List<Action> owed;
            lock (_lock)
            {
                var kept = _kept.FindAll(k => _heard[(int)k.Kind]);
                owed = kept.ConvertAll(k => k.Deliver);
                _keptSize -= kept.Sum(k => k.Size);
                _kept.RemoveAll(k => _heard[(int)k.Kind]);
            }

            foreach (var deliver in owed)
                deliver();
        }).ConfigureAwait(false);
    }
}
