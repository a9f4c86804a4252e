namespace Hutong.SocketIO.Internal.Engine;

/// <summary>What a session keeps while it polls: what waits for the client, and the requests that are there. Guarded by the session's gate.</summary>
internal sealed class Polling
{
    private readonly Queue<EngineMessage> _queue = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;
    private TaskCompletionSource? _parked;
    private Action? _onDrained;
    private long _drainedBelow;

    /// <summary>The GET that waits; null if none.</summary>
    public Poll? Parked { get; set; }

    /// <summary>How many GETs are being answered.</summary>
    public int Writing { get; set; }

    /// <summary>Whether a POST is being read, or its packets handled.</summary>
    public bool Posting { get; set; }

    /// <summary>The bytes that wait.</summary>
    public long Bytes { get; private set; }

    public int Count => _queue.Count;

    /// <summary>Whether no request is being read, handled or answered. One that waits does not count.</summary>
    public bool IsIdle => Writing == 0 && !Posting;

    public void Enqueue(EngineMessage message)
    {
        _queue.Enqueue(message);
        Bytes += message.PolledLength;
        Parked?.Signal();
    }

    public EngineMessage Dequeue()
    {
        var message = _queue.Dequeue();
        Bytes -= message.PolledLength;
        SignalRoom();
        return message;
    }

    /// <summary>Takes what one answer holds: as much as fits, and at least one packet.</summary>
    public void Take(List<EngineMessage> into, long most)
    {
        long size = 0;
        while (_queue.TryPeek(out var next) && (into.Count == 0 || size + 1 + next.PolledLength <= most))
        {
            size += 1 + next.PolledLength;
            into.Add(Dequeue());
        }
    }

    /// <summary>Ends the waiting request, with what waits or with something else.</summary>
    public void Release(EngineMessage? final)
    {
        if (Parked is null)
            return;
        Parked.Final ??= final;
        Parked.Signal();
    }

    /// <summary>A GET begins to wait.</summary>
    public Poll Park()
    {
        Parked = new Poll();
        Interlocked.Exchange(ref _parked, null)?.TrySetResult();
        return Parked;
    }

    /// <summary>Ends when a GET begins to wait.</summary>
    public Task WaitForPoll() => (_parked ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Ends when there may be room.</summary>
    public Task WaitForRoom() => (_room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Ends when it may be idle.</summary>
    public Task WaitUntilIdle() => (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void SignalIfIdle()
    {
        if (IsIdle)
            Interlocked.Exchange(ref _idle, null)?.TrySetResult();
    }

    public void NotifyDrained(long bytes, Action callback) => (_drainedBelow, _onDrained) = (bytes, callback);

    /// <summary>The callback that is due now; to be called without the gate.</summary>
    public Action? TakeDrained()
    {
        if (Bytes > _drainedBelow)
            return null;
        return TakeDrained(out _);
    }

    /// <summary>The callback, whether it is due or not.</summary>
    public Action? TakeDrained(out long below)
    {
        below = _drainedBelow;
        return Interlocked.Exchange(ref _onDrained, null);
    }

    /// <summary>The session is over: nobody waits any more.</summary>
    public void End(EngineMessage final)
    {
        _queue.Clear();
        Bytes = 0;
        _onDrained = null;
        Release(final);
        SignalRoom();
        Interlocked.Exchange(ref _parked, null)?.TrySetResult();
        Interlocked.Exchange(ref _idle, null)?.TrySetResult();
    }

    private void SignalRoom() => Interlocked.Exchange(ref _room, null)?.TrySetResult();
}
