namespace Hutong.Connections.Internal;

/// <summary>What became of an attempt to send.</summary>
internal enum SendStatus
{
    /// <summary>The message is in the send queue.</summary>
    Accepted,

    /// <summary>There is room, but others are before it: wait for its turn.</summary>
    Turn,

    /// <summary>The send queue is full.</summary>
    Full,

    /// <summary>Nothing can be sent any more.</summary>
    Closed,
}
