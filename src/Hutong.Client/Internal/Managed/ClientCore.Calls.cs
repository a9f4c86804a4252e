namespace Hutong.Client.Internal;

/// <content>Requests and streams, as tasks.</content>
internal sealed partial class ClientCore
{
    // Ends when there may be room, or none any more.
    private TaskCompletionSource? _streamWait;

    /// <summary>Makes a request, from any thread.</summary>
    public Task<ClientMessage> CallAsync(
        in OutgoingMessage message, TimeSpan? timeout, bool retry, bool urgent, CancellationToken cancellationToken)
    {
        var limit = timeout ?? _options.RequestTimeout;
        if (limit != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.Zero, nameof(timeout));
        var done = new TaskCompletionSource<ClientMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Who does not wait for the answer has decided not to know.
        _ = done.Task.ContinueWith(
            static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var item = Outgoing.Write(message, _options.TimeProvider.GetUtcNow());
        var request = new Request(message.Id!, item, retry, limit, Done, cancellationToken);
        bool fits = Interlocked.Increment(ref _submitted) <= Math.Max(64, _options.MaxRequests);
        Interlocked.Add(ref _submittedBytes, item.Size);
        if (!fits && !Mailbox.IsMine)
        {
            Taken(item);
            done.SetException(new ClientException(ClientErrorCode.QueueFull, "Requests are made faster than they are taken."));
            return done.Task;
        }

        Mailbox.Run(() =>
        {
            Taken(item);
            Call(request, urgent);
        });
        return done.Task;

        void Done(ClientException? error, ClientMessage? answer)
        {
            if (error is not null)
                done.TrySetException(error);
            else
                done.TrySetResult(answer!);
        }
    }

    /// <summary>What ends when the connection may take more, or is gone. In the mailbox.</summary>
    public Task RoomForMore() => (_streamWait ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private void WakeStreams()
    {
        _streamWait?.TrySetResult();
        _streamWait = null;
    }
}
