namespace Hutong.Connections.Internal;

/// <summary>A connection's place in a group.</summary>
internal sealed class Membership(GroupPart part, WebSocketConnection connection)
{
    public GroupPart Part { get; } = part;

    public WebSocketConnection Connection { get; } = connection;

    /// <summary>The connection's next one. Guarded by the connection's gate.</summary>
    public Membership? Next { get; set; }

    /// <summary>How much of the part's log the connection has. Guarded by the connection's gate.</summary>
    public long Position { get; set; }

    /// <summary>Where it stands among the part's members; negative once it has left. Guarded by the group's lock.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Whether the connection is owed messages of the group.</summary>
    public bool IsBehind => Position != Part.LogEnd;
}
