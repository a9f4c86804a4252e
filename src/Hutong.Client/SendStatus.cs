namespace Hutong.Client;

/// <summary>What became of a message.</summary>
public enum SendStatus
{
    /// <summary>Kept until there is a connection that takes it.</summary>
    Queued,

    /// <summary>Handed to the connection; not that it was received.</summary>
    Sent,

    /// <summary>The queue is full, and it waits for room: <see cref="QueueFullPolicy.Wait"/>.</summary>
    Waiting,

    /// <summary>It will never be sent; <see cref="Sending.Error"/> says why.</summary>
    Dropped,
}
