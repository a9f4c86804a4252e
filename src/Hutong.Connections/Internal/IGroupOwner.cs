namespace Hutong.Connections.Internal;

/// <summary>Whoever must know who missed a broadcast.</summary>
internal interface IGroupOwner
{
    /// <summary>
    /// A member had no room for a broadcast. It has left the group, so that it gets nothing of what follows either. Called under locks of the connection's: only
    /// note it.
    /// </summary>
    /// <param name="connection">The member.</param>
    /// <param name="tag">What the broadcast was known by.</param>
    void OnRefused(WebSocketConnection connection, object? tag);
}
