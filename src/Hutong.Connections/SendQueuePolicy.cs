namespace Hutong.Connections;

/// <summary>What becomes of a message when a peer reads too slowly and the send queue is full.</summary>
public enum SendQueuePolicy
{
    /// <summary><c>SendAsync</c> waits for room, in order; <c>TrySend</c> returns false.</summary>
    Wait,

    /// <summary>The message is dropped and counted; <c>TrySend</c> returns false.</summary>
    Drop,

    /// <summary>The connection is closed with 3008: the peer may reconnect and catch up.</summary>
    Disconnect,
}
