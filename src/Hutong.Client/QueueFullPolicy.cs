namespace Hutong.Client;

/// <summary>What happens when the queue of a client is full.</summary>
public enum QueueFullPolicy
{
    /// <summary>The new message is dropped.</summary>
    Reject,

    /// <summary>The oldest in the queue makes room.</summary>
    DropOldest,

    /// <summary>The newest in the queue makes room.</summary>
    DropNewest,

    /// <summary>The new one waits for room, at its place; as many wait as may be queued, then they are dropped.</summary>
    Wait,
}
