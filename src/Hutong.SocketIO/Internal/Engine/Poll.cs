namespace Hutong.SocketIO.Internal.Engine;

/// <summary>A GET that waits for packets. Guarded by the session's gate, but for the signal.</summary>
internal sealed class Poll
{
    private readonly TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when there is something to answer.</summary>
    public Task Signalled => _signal.Task;

    /// <summary>What it is answered with whatever waits in the queue: a noop, or the end; null: what waits.</summary>
    public EngineMessage? Final { get; set; }

    /// <summary>Whether the client has moved to a WebSocket, so that it gets nothing.</summary>
    public bool IsRefused { get; set; }

    public void Signal() => _signal.TrySetResult();
}
