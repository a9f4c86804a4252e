namespace Hutong.SocketIO.Internal;

/// <summary>For the answer of one client.</summary>
internal sealed class AckWaiter<T> : PendingAck
{
    private readonly TaskCompletionSource<T?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Socket _socket;
    private readonly long _id;
    private ITimer? _timer;

    public AckWaiter(Socket socket, long id, TimeSpan timeout, TimeProvider time)
    {
        _socket = socket;
        _id = id;
        if (timeout != System.Threading.Timeout.InfiniteTimeSpan)
            _timer = time.CreateTimer(static state => ((AckWaiter<T>)state!).OnTimeout(), this, timeout, System.Threading.Timeout.InfiniteTimeSpan);
    }

    public Task<T?> Task => _answer.Task;

    public override void Take(SocketEvent answer)
    {
        Stop();
        try
        {
            _answer.TrySetResult(answer.Get<T>(0));
        }
        catch (Exception e)
        {
            _answer.TrySetException(e);
        }
    }

    public override void Fail(Exception reason)
    {
        Stop();
        _answer.TrySetException(reason);
    }

    private void OnTimeout()
    {
        _socket.Forget(_id);
        Fail(new TimeoutException("The client did not answer in time."));
    }

    private void Stop() => Interlocked.Exchange(ref _timer, null)?.Dispose();
}
