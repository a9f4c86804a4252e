namespace Hutong.SocketIO;

/// <summary>Something whose events can be listened to. Thread-safe; what is changed holds from the next event on.</summary>
public abstract partial class EventEmitter
{
    // Of all events, in the order in which they were added: there are few. Replaced, never changed.
    private Listener[] _listeners = [];

    private protected EventEmitter()
    {
    }

    /// <summary>Takes out a listener.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="handler">What was given to <c>On</c> or <c>Once</c>.</param>
    /// <returns>The same object.</returns>
    public EventEmitter Off(string name, Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        // The newest of those that are alike.
        Remove(listeners => Array.FindLastIndex(listeners, l => l.Name == name && l.Original.Equals(handler)));
        return this;
    }

    /// <summary>Takes out all listeners of an event.</summary>
    /// <param name="name">The event's name; null: of all events.</param>
    /// <returns>The same object.</returns>
    public EventEmitter Off(string? name = null)
    {
        while (Remove(listeners => Array.FindIndex(listeners, l => name is null || l.Name == name)))
        {
        }

        return this;
    }

    /// <summary>How many listeners an event has.</summary>
    /// <param name="name">The event's name.</param>
    public int ListenerCount(string name) => Volatile.Read(ref _listeners).Count(l => l.Name == name);

    /// <summary>Calls the listeners of an event: all start now, in their order.</summary>
    /// <param name="e">The event.</param>
    /// <param name="running">Those that have not ended yet; null if there is none.</param>
    internal void Raise(SocketEvent e, ref List<Task>? running)
    {
        foreach (var listener in Volatile.Read(ref _listeners))
        {
            // Of two events that come at once one alone finds a listener for one.
            if (listener.Name == e.Name && (!listener.IsOnce || Remove(listeners => Array.IndexOf(listeners, listener))))
                Start(listener.Call, e, ref running);
        }
    }

    /// <summary>As <see cref="Raise(SocketEvent, ref List{Task})"/>; nobody waits for those that go on.</summary>
    internal void Raise(SocketEvent e)
    {
        List<Task>? running = null;
        Raise(e, ref running);
    }

    internal void Start(Func<SocketEvent, ValueTask> call, SocketEvent e, ref List<Task>? running)
    {
        try
        {
            var task = call(e);
            if (!task.IsCompletedSuccessfully)
                (running ??= []).Add(WatchAsync(task, e));
        }
        catch (Exception failure)
        {
            OnFailed(e, failure);
        }
    }

    /// <summary>What a listener threw, or what could not be read for it.</summary>
    private protected abstract void OnFailed(SocketEvent e, Exception failure);

    private static ValueTask AnswerAsync<TResult>(SocketEvent e, TResult result)
    {
        // A method that returns one of these is no other than one that is asynchronous.
        if (result is ValueTask task)
            return task;
        e.Ack?.Send(result);
        return default;
    }

    private static async ValueTask AnswerLaterAsync<TResult>(SocketEvent e, Task<TResult> task) => e.Ack?.Send(await task.ConfigureAwait(false));

    private async Task WatchAsync(ValueTask task, SocketEvent e)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            OnFailed(e, failure);
        }
    }

    private EventEmitter Add(string name, Delegate handler, bool once, Func<SocketEvent, ValueTask>? call)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(handler);
        // It would be written as an answer itself, not what it comes to.
        if (handler.Method.ReturnType is { IsGenericType: true } result && result.GetGenericTypeDefinition() == typeof(ValueTask<>))
            throw new ArgumentException("A handler that answers later returns a Task<T>.", nameof(handler));
        var listener = new Listener(name, handler, once, call!);
        Listener[] before;
        do
            before = Volatile.Read(ref _listeners);
        while (Interlocked.CompareExchange(ref _listeners, [.. before, listener], before) != before);
        return this;
    }

    /// <summary>Takes out the listener that is found, if one is.</summary>
    private bool Remove(Func<Listener[], int> find)
    {
        while (true)
        {
            var before = Volatile.Read(ref _listeners);
            int index = find(before);
            if (index < 0)
                return false;
            if (Interlocked.CompareExchange(ref _listeners, [.. before[..index], .. before[(index + 1)..]], before) == before)
                return true;
        }
    }

    private sealed class Listener(string name, Delegate original, bool isOnce, Func<SocketEvent, ValueTask> call)
    {
        public string Name => name;

        public Delegate Original => original;

        public bool IsOnce => isOnce;

        public Func<SocketEvent, ValueTask> Call => call;
    }
}
