namespace Hutong.Client.Internal;

/// <summary>What runs in the background, so that an end can wait for it.</summary>
internal sealed class RunningTasks
{
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _tasks = [];

    /// <summary>Adds a task that never fails.</summary>
    public void Add(Task task)
    {
        lock (_lock)
            _tasks.Add(task);
        _ = task.ContinueWith(
            t =>
            {
                lock (_lock)
                    _tasks.Remove(t);
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public Task CompleteAsync()
    {
        lock (_lock)
            return Task.WhenAll(_tasks.ToArray());
    }
}
