namespace Hutong.Client;

/// <summary>How a request is made.</summary>
public sealed record RequestOptions
{
    internal static RequestOptions Default { get; } = new();

    /// <summary>How long it waits for the answer; infinite for ever. Null, the default, for <see cref="WebSocketClientOptions.RequestTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Whether it is sent again, under the same id, if the connection is lost before the answer; else it fails with <c>connection_lost</c>.
    /// Default true, unless it is urgent.
    /// </summary>
    public bool? Retry { get; init; }

    /// <summary>Its name; one that nobody else uses by default.</summary>
    public string? Id { get; init; }

    /// <summary>The room it is for; none by default.</summary>
    public string? Room { get; init; }

    /// <summary>What it is about; see <see cref="SendOptions.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>As <see cref="SendOptions.Urgent"/>.</summary>
    public bool Urgent { get; init; }
}
