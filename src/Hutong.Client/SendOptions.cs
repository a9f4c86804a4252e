namespace Hutong.Client;

/// <summary>What goes with a message.</summary>
public sealed record SendOptions
{
    internal static SendOptions Default { get; } = new();

    /// <summary>The room it is for; none by default.</summary>
    public string? Room { get; init; }

    /// <summary>Its name, so that a repeated message takes effect once; none by default.</summary>
    public string? Id { get; init; }

    /// <summary>What it is about: of one key a slow reader of a <c>Latest</c> room gets the newest only. None by default.</summary>
    public string? Key { get; init; }

    /// <summary>Whether it passes all that is queued or, without an open connection, is dropped with <c>not_open</c>. Default false.</summary>
    public bool Urgent { get; init; }
}
