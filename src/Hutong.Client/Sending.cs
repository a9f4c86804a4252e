namespace Hutong.Client;

/// <summary>What becomes of a message that was given to a <see cref="WebSocketClient"/>; it changes while the message is under way.</summary>
public sealed class Sending
{
    private readonly Lock _lock = new();
    private SendStatus _status;
    private ClientException? _error;
    private TaskCompletionSource<Sending>? _settled;

    internal Sending(ReadOnlyMemory<byte> data, bool isText)
    {
        Data = data;
        IsText = isText;
    }

    /// <summary>What became of it so far.</summary>
    public SendStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>Why it was dropped; else null.</summary>
    public ClientException? Error
    {
        get
        {
            lock (_lock)
                return _error;
        }
    }

    /// <summary>Ends when it is sent or dropped. Never fails.</summary>
    public Task<Sending> Settled
    {
        get
        {
            lock (_lock)
            {
                if (_settled is null)
                {
                    _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    if (_status is SendStatus.Sent or SendStatus.Dropped)
                        _settled.SetResult(this);
                }

                return _settled.Task;
            }
        }
    }

    internal ReadOnlyMemory<byte> Data { get; }

    internal bool IsText { get; }

    internal long Size => Data.Length;

    /// <summary>The queue's.</summary>
    internal LinkedListNode<Sending>? Node { get; set; }

    /// <summary>Whether it counts in the queue, and does not wait for room.</summary>
    internal bool IsAdmitted { get; set; }

    /// <summary>Called when it is dropped.</summary>
    internal Action<ClientException>? OnDropped { get; set; }

    internal void Is(SendStatus status) => Settle(status, null);

    internal void Drop(ClientException error)
    {
        Settle(SendStatus.Dropped, error);
        OnDropped?.Invoke(error);
    }

    private void Settle(SendStatus status, ClientException? error)
    {
        TaskCompletionSource<Sending>? settled = null;
        lock (_lock)
        {
            _status = status;
            _error = error;
            if (status is SendStatus.Sent or SendStatus.Dropped)
                settled = _settled;
        }

        // A request that is sent again was settled before.
        settled?.TrySetResult(this);
    }
}
