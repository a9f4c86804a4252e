namespace Hutong.Rooms.Internal;

/// <summary>What the rooms of a pattern share.</summary>
internal sealed class RoomKind(RoomGraph graph, string pattern, RoomOptions options, StreamOptions stream)
{
    public RoomGraph Graph { get; } = graph;

    public string Pattern { get; } = pattern;

    public RoomOptions Options { get; } = options;

    public StreamOptions Stream { get; } = stream;
}
