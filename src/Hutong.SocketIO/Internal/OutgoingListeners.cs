namespace Hutong.SocketIO.Internal;

/// <summary>Those who want to see what is sent to a socket's client. They are called on the pool, one event after the other.</summary>
internal sealed class OutgoingListeners(Socket socket)
{
    // Beyond so many that wait, events are not shown.
    private const int MaxWaiting = 1000;

    private readonly Queue<EventData> _waiting = new();
    private readonly Lock _gate = new();
    private Func<SocketEvent, ValueTask>[] _listeners = [];
    private bool _isRunning;

    public void Add(Func<SocketEvent, ValueTask> listener, bool first)
    {
        lock (_gate)
            Volatile.Write(ref _listeners, first ? [listener, .. _listeners] : [.. _listeners, listener]);
    }

    /// <returns>Whether none is left.</returns>
    public bool Remove(Func<SocketEvent, ValueTask>? listener)
    {
        lock (_gate)
        {
            Volatile.Write(ref _listeners, listener is null ? [] : [.. _listeners.Where(l => l != listener)]);
            return _listeners.Length == 0;
        }
    }

    /// <summary>Notes an event. From any thread, under any lock.</summary>
    public void Tell(EventData data)
    {
        lock (_gate)
        {
            if (_waiting.Count < MaxWaiting)
                _waiting.Enqueue(data);
            if (_isRunning)
                return;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static listeners => listeners.Run(), this, preferLocal: false);
    }

    private void Run()
    {
        while (true)
        {
            EventData? data;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out data))
                {
                    _isRunning = false;
                    return;
                }
            }

            var e = new SocketEvent(data.Name, socket.Namespace.Json, data.Arguments, data.Attachments, skip: 0, ack: null);
            List<Task>? running = null;
            foreach (var listener in Volatile.Read(ref _listeners))
                socket.Start(listener, e, ref running);
        }
    }
}
