namespace Hutong.Rooms.Protocol;

/// <summary>
/// Why the server ends a session or its wire: a WebSocket close code and a sentence; over HTTP the same in a <c>close</c> message. After
/// 3000–3499 a client may reconnect, after 3500–3999 it must not. The set is closed; see <c>docs/reference/envelope.md</c>.
/// </summary>
public sealed class SessionClose
{
    /// <summary>The session is over by either side's wish.</summary>
    public static readonly SessionClose Normal = new(1000, "normal", reconnect: false, "Done.");

    /// <summary>The server goes down for good.</summary>
    public static readonly SessionClose GoingAway = new(1001, "going_away", reconnect: true, "The server is going down.");

    /// <summary>The server failed.</summary>
    public static readonly SessionClose Failed = new(1011, "failed", reconnect: true, "The server failed.");

    /// <summary>The server restarts or drains.</summary>
    public static readonly SessionClose Restart = new(1012, "restart", reconnect: true, "The server restarts.");

    /// <summary>The server is overloaded.</summary>
    public static readonly SessionClose Overloaded = new(1013, "overloaded", reconnect: true, "The server is overloaded.");

    /// <summary>The client did not say in time who it is.</summary>
    public static readonly SessionClose AuthTimeout = new(3001, "auth_timeout", reconnect: true, "No authentication came in time.");

    /// <summary>The authentication expired and was not refreshed.</summary>
    public static readonly SessionClose AuthExpired = new(3002, "auth_expired", reconnect: true, "The authentication has expired.");

    /// <summary>A client fell silent.</summary>
    public static readonly SessionClose Idle = new(3003, "idle", reconnect: true, "Nothing came from the client in time.");

    /// <summary>The client read too slowly.</summary>
    public static readonly SessionClose TooSlow = new(3008, "too_slow", reconnect: true, "The client reads too slowly.");

    /// <summary>The session lost something that it should have delivered; join again with the last positions.</summary>
    public static readonly SessionClose Gap = new(3009, "gap", reconnect: true, "Something was missed: join again from the last positions.");

    /// <summary>Messages came too fast for too long.</summary>
    public static readonly SessionClose RateLimited = new(3010, "rate_limited", reconnect: true, "Messages came too fast.");

    /// <summary>The token was refused.</summary>
    public static readonly SessionClose AuthFailed = new(3500, "auth_failed", reconnect: false, "The token was refused.");

    /// <summary>Another wire took the session over.</summary>
    public static readonly SessionClose Replaced = new(3501, "replaced", reconnect: false, "The session goes on over another connection.");

    /// <summary>The application ended the session.</summary>
    public static readonly SessionClose Disconnected = new(3502, "disconnected", reconnect: false, "The server ended the session.");

    /// <summary>The application refused the session when it began.</summary>
    public static readonly SessionClose Refused = new(3503, "refused", reconnect: false, "The server refused the session.");

    /// <summary>The client does not speak the protocol.</summary>
    public static readonly SessionClose BadProtocol = new(3504, "bad_protocol", reconnect: false, "The client does not speak this protocol.");

    private SessionClose(int code, string name, bool reconnect, string message)
    {
        Code = code;
        Name = name;
        Reconnect = reconnect;
        Message = message;
    }

    /// <summary>Every reason there is, in the order of the documentation.</summary>
    public static IReadOnlyList<SessionClose> All { get; } =
    [
        Normal, GoingAway, Failed, Restart, Overloaded, AuthTimeout, AuthExpired, Idle, TooSlow, Gap, RateLimited, AuthFailed, Replaced,
        Disconnected, Refused, BadProtocol,
    ];

    /// <summary>The close code.</summary>
    public int Code { get; }

    /// <summary>The stable name, in snake_case.</summary>
    public string Name { get; }

    /// <summary>Whether the client should come back.</summary>
    public bool Reconnect { get; }

    /// <summary>One sentence for people, and the close frame's reason.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code} {Name}: {Message}";
}
