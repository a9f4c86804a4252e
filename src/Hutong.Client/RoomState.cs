namespace Hutong.Client;

/// <summary>Where a <see cref="ClientRoom"/> stands.</summary>
public enum RoomState
{
    /// <summary>Not joined, or left.</summary>
    Left,

    /// <summary>Until the server answers; begins again with each connection.</summary>
    Joining,

    /// <summary>In the room.</summary>
    Joined,

    /// <summary>The server's last word was no.</summary>
    Refused,
}
