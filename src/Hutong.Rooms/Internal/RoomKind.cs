namespace Hutong.Rooms.Internal;

/// <summary>The options of a pattern, shared by all its rooms.</summary>
internal sealed class RoomKind(string pattern, RoomOptions options, StreamOptions stream)
{
    public string Pattern { get; } = pattern;

    public RoomOptions Options { get; } = options;

    public StreamOptions Stream { get; } = stream;
}
