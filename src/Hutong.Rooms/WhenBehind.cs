namespace Hutong.Rooms;

/// <summary>What happens to a session at the bound of its queue.</summary>
public enum WhenBehind
{
    /// <summary>It is disconnected with 3008, comes back, and recovers from the history if the room has one.</summary>
    Disconnect,

    /// <summary>
    /// Publications are left out for it. In an <see cref="Delivery.All"/> room with history they are made good from there when the session has
    /// read what waited; if the history no longer reaches back that far, the session is told the position and finds that it missed something.
    /// </summary>
    Drop,
}
