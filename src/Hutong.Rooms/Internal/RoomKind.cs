namespace Hutong.Rooms.Internal;

/// <summary>What the rooms of a pattern share.</summary>
internal sealed class RoomKind(RoomGraph graph, string pattern, RoomOptions options, StreamOptions stream, bool isHidden = false)
{
    public RoomGraph Graph { get; } = graph;

    public string Pattern { get; } = pattern;

    public RoomOptions Options { get; } = options;

    public StreamOptions Stream { get; } = stream;

    /// <summary>Whether only the application may let sessions in, and publish there: for clients that ask, there is no such room.</summary>
    public bool IsHidden { get; } = isHidden;
}
