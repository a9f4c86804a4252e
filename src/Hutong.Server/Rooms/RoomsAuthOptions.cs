namespace Hutong.Server;

/// <summary>
/// How clients of rooms show who they are, besides by what the host has authenticated with the request: by an <c>auth</c> message, or by a ticket
/// in the URL. Whoever the host knows already needs neither.
/// </summary>
public sealed record RoomsAuthOptions
{
    /// <summary>
    /// Whether a client whom the host does not know must authenticate by a message. Until it has, all but <c>auth</c> and <c>ping</c> is answered
    /// with <c>auth_required</c>. Default false.
    /// </summary>
    public bool Required { get; init; }

    /// <summary>How long it may take. Default 10 s; then the session is closed with 3001.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The host's authentication scheme that is asked about the token of an <c>auth</c> message; null for the default scheme.</summary>
    public string? Scheme { get; init; }

    /// <summary>
    /// Whether a session ends with 3002 when what it was authenticated with expires, unless an <c>auth</c> message brings something newer.
    /// Default true.
    /// </summary>
    public bool EnforceExpiry { get; init; } = true;

    /// <summary>Whether <c>POST {pattern}/tickets</c> gives tickets to whom the host knows, and <c>?ticket=</c> is understood. Default true. See <see cref="RoomTickets"/>.</summary>
    public bool Tickets { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate() => RoomsLimits.CheckTime(Timeout, nameof(Timeout));
}
