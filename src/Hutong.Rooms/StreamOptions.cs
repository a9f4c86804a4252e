namespace Hutong.Rooms;

/// <summary>What a backplane keeps of a room's stream.</summary>
public sealed record StreamOptions
{
    /// <summary>How many publications; 0: none, and publications get no position.</summary>
    public int HistorySize { get; init; }

    /// <summary>For how long.</summary>
    public TimeSpan HistoryAge { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many bytes, by <see cref="Publication.Size"/>.</summary>
    public int HistoryBytes { get; init; } = 1 << 20;

    /// <summary>How long <see cref="PublishRequest.DedupeKey"/>s are remembered. Zero: they are ignored.</summary>
    public TimeSpan DedupeWindow { get; init; }

    /// <summary>Whether publications have positions.</summary>
    public bool HasHistory => HistorySize > 0;
}
