namespace Hutong.Connections.Internal;

/// <summary>A send that waits for room, or for its turn. Guarded by the connection's gate.</summary>
internal sealed class PendingSend
{
    private readonly TaskCompletionSource? _done;

    public PendingSend(Outgoing message, bool awaited, bool isStream = false)
    {
        Message = message;
        IsStream = isStream;
        // Completed under the gate: whoever waits must not run there.
        _done = awaited ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    }

    public Outgoing Message { get; }

    /// <summary>Whether it waits to begin a streamed message, rather than with a message in hand.</summary>
    public bool IsStream { get; }

    /// <summary>Whether it was cancelled while it waited; it is skipped then.</summary>
    public bool IsCancelled { get; private set; }

    public Task Task => _done?.Task ?? Task.CompletedTask;

    public void Complete() => _done?.TrySetResult();

    public void Fail(Exception exception) => _done?.TrySetException(exception);

    public void Cancel(CancellationToken cancellationToken)
    {
        IsCancelled = true;
        _done?.TrySetCanceled(cancellationToken);
    }
}
