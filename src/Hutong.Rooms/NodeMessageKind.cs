namespace Hutong.Rooms;

/// <summary>What a <see cref="NodeMessage"/> asks for.</summary>
public enum NodeMessageKind
{
    /// <summary>Send a message to a session, or to all sessions of a user.</summary>
    Send,

    /// <summary>Send a message to all members of some rooms, once to each.</summary>
    Broadcast,

    /// <summary>Let sessions into rooms.</summary>
    Join,

    /// <summary>Take sessions out of rooms.</summary>
    Leave,

    /// <summary>End sessions.</summary>
    Disconnect,
}
