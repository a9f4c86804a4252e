namespace Hutong.Rooms;

/// <summary>A message from node to node that belongs to no room's stream.</summary>
/// <param name="Kind">What is to be done.</param>
public sealed record NodeMessage(NodeMessageKind Kind)
{
    /// <summary>The id of the session concerned, if one is.</summary>
    public string? Session { get; init; }

    /// <summary>The user concerned, if one is.</summary>
    public string? User { get; init; }

    /// <summary>The rooms concerned.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>The ids of sessions that get a broadcast too, if they are in one of the rooms <see cref="Among"/>.</summary>
    public IReadOnlyList<string> Sessions { get; init; } = [];

    /// <summary>See <see cref="Sessions"/>.</summary>
    public IReadOnlyList<string> Among { get; init; } = [];

    /// <summary>What to send.</summary>
    public PublishRequest? Message { get; init; }

    /// <summary>When it was sent, in milliseconds since 1970-01-01 UTC.</summary>
    public long Timestamp { get; init; }

    /// <summary>The close code of a disconnect.</summary>
    public int Code { get; init; }

    /// <summary>The reason of a disconnect.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What a session that is joined shows of itself: a JSON value, or empty.</summary>
    public ReadOnlyMemory<byte> Info { get; init; }
}
