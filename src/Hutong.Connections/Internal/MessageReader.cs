using System.Threading.Tasks.Sources;

namespace Hutong.Connections.Internal;

/// <summary>
/// The one reader of a connection. It waits without allocating, and goes on where the receiving side wakes it if user code may run
/// there: on the thread pool already, another hop would only cost. Otherwise it is itself what the pool runs.
/// </summary>
internal sealed class MessageReader : IValueTaskSource<bool>, IThreadPoolWorkItem, IDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly CancellationToken _cancellationToken;
    private readonly CancellationTokenRegistration _registration;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private bool _hasCurrent;
    private bool _found;

    public MessageReader(WebSocketConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static reader => ((MessageReader)reader!).Cancel(), this);
    }

    public MessageQueue.Item Current { get; private set; }

    /// <summary>Whether a message is in the caller's hands.</summary>
    public bool HasCurrent => _hasCurrent;

    /// <summary>Whether a caller waits. Guarded by the connection's queue lock, as are the methods that take the queue.</summary>
    public bool IsWaiting { get; private set; }

    public ValueTask<bool> MoveNextAsync()
    {
        if (_cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<bool>(_cancellationToken);
        switch (_connection.TryRead(this))
        {
            case ReadOutcome.Message:
                return new ValueTask<bool>(true);
            case ReadOutcome.End:
                return new ValueTask<bool>(false);
            default:
                var wait = new ValueTask<bool>(this, _wait.Version);
                // Cancelled in between: the registration found nobody waiting.
                if (_cancellationToken.IsCancellationRequested)
                    Cancel();
                return wait;
        }
    }

    public void BeginWait()
    {
        _wait.Reset();
        IsWaiting = true;
    }

    public bool TryEndWait()
    {
        bool waited = IsWaiting;
        IsWaiting = false;
        return waited;
    }

    public bool TryTake(MessageQueue queue)
    {
        if (!queue.TryDequeue(out var item))
            return false;
        Current = item;
        _hasCurrent = true;
        return true;
    }

    public void ReleaseCurrent(MessageQueue queue)
    {
        if (!_hasCurrent)
            return;
        _hasCurrent = false;
        queue.Release(Current);
        Current = default;
    }

    /// <summary>Goes on here, with a message or with the end.</summary>
    public void Complete(bool found) => _wait.SetResult(found);

    /// <summary>Goes on on the pool.</summary>
    public void CompleteOnPool(bool found)
    {
        _found = found;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => _connection.RunReader(this, _found);

    public void Dispose()
    {
        _registration.Dispose();
        _connection.CloseReader(this);
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private void Cancel()
    {
        if (!_connection.TryCancelWait(this))
            return;
        // Who cancels may be on an event loop.
        _wait.RunContinuationsAsynchronously = !_connection.RunsUserCodeInline;
        _wait.SetException(new OperationCanceledException(_cancellationToken));
    }
}
