namespace Hutong.Server.Tests.Support;

/// <summary>What happened so far, and a way to wait for what is to happen.</summary>
internal sealed class Recorder<T>
{
    readonly Lock _lock = new();
    readonly List<T> _items = [];
    readonly List<(Func<IReadOnlyList<T>, bool> Condition, TaskCompletionSource Met)> _waiters = [];

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
                return [.. _items];
        }
    }

    public void Add(T item)
    {
        lock (_lock)
        {
            _items.Add(item);
            foreach (var waiter in _waiters.Where(w => w.Condition(_items)).ToList())
            {
                waiter.Met.SetResult();
                _waiters.Remove(waiter);
            }
        }
    }

    public async Task WaitAsync(Func<IReadOnlyList<T>, bool> condition, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (condition(_items))
                return;
            _waiters.Add((condition, met));
        }

        try
        {
            await met.Task.WaitAsync(Patience.Span);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{what} did not happen; what did: {string.Join("; ", Items.TakeLast(20))}", e);
        }
    }

    public Task WaitForAsync(Func<T, bool> condition, string what) => WaitAsync(items => items.Any(condition), what);
}
