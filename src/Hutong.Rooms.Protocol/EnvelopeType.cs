using System.Collections.Frozen;

namespace Hutong.Rooms.Protocol;

/// <summary>
/// The types that the protocol itself defines; every other type is the application's. Each has a number, which stands for it in the binary
/// dialect.
/// </summary>
public sealed class EnvelopeType
{
    /// <summary>Client: are you there?</summary>
    public const string Ping = "ping";

    /// <summary>Server: I am.</summary>
    public const string Pong = "pong";

    /// <summary>Client: who I am, by a token.</summary>
    public const string Auth = "auth";

    /// <summary>Server: you are.</summary>
    public const string AuthSuccess = "auth_success";

    /// <summary>Server: you are not.</summary>
    public const string AuthFail = "auth_fail";

    /// <summary>Server: the session, its token and its limits.</summary>
    public const string Welcome = "welcome";

    /// <summary>Client: go on with an earlier session.</summary>
    public const string Resume = "resume";

    /// <summary>Client: let me into a room.</summary>
    public const string Join = "join";

    /// <summary>Client: I leave a room.</summary>
    public const string Leave = "leave";

    /// <summary>Client: who is in a room?</summary>
    public const string Presence = "presence";

    /// <summary>Client: what was said in a room?</summary>
    public const string History = "history";

    /// <summary>Either: where a room's stream stands.</summary>
    public const string Position = "position";

    /// <summary>Server: your message with this id was done.</summary>
    public const string Ack = "ack";

    /// <summary>Server: your message was not done, or something else went wrong.</summary>
    public const string Error = "error";

    /// <summary>Server: someone came into a room.</summary>
    public const string UserJoin = "user_join";

    /// <summary>Server: someone left a room.</summary>
    public const string UserLeave = "user_leave";

    /// <summary>Server: this node goes down; come back after the time given.</summary>
    public const string Drain = "drain";

    /// <summary>Server: the wire ends, where it has no close code of its own (HTTP).</summary>
    public const string Close = "close";

    private EnvelopeType(string name, byte number, bool fromClient, bool fromServer)
    {
        Name = name;
        Number = number;
        FromClient = fromClient;
        FromServer = fromServer;
    }

    /// <summary>Every type of the protocol, in the order of the documentation.</summary>
    public static IReadOnlyList<EnvelopeType> All { get; } =
    [
        new(Ping, 1, fromClient: true, fromServer: false),
        new(Pong, 2, fromClient: false, fromServer: true),
        new(Auth, 3, fromClient: true, fromServer: false),
        new(AuthSuccess, 4, fromClient: false, fromServer: true),
        new(AuthFail, 5, fromClient: false, fromServer: true),
        new(Welcome, 6, fromClient: false, fromServer: true),
        new(Resume, 7, fromClient: true, fromServer: false),
        new(Join, 8, fromClient: true, fromServer: false),
        new(Leave, 9, fromClient: true, fromServer: false),
        new(Presence, 10, fromClient: true, fromServer: false),
        new(History, 11, fromClient: true, fromServer: false),
        new(Position, 12, fromClient: true, fromServer: true),
        new(Ack, 13, fromClient: false, fromServer: true),
        new(Error, 14, fromClient: false, fromServer: true),
        new(UserJoin, 15, fromClient: false, fromServer: true),
        new(UserLeave, 16, fromClient: false, fromServer: true),
        new(Drain, 17, fromClient: false, fromServer: true),
        new(Close, 18, fromClient: false, fromServer: true),
    ];

    private static FrozenDictionary<string, EnvelopeType> ByName { get; } = All.ToFrozenDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>The value of <c>type</c>.</summary>
    public string Name { get; }

    /// <summary>What stands for it in the binary dialect.</summary>
    public byte Number { get; }

    /// <summary>Whether a client may send it.</summary>
    public bool FromClient { get; }

    /// <summary>Whether the server sends it.</summary>
    public bool FromServer { get; }

    /// <summary>The protocol's type of a name; null for a type of the application.</summary>
    /// <param name="name">The value of <c>type</c>.</param>
    public static EnvelopeType? Find(string name) => ByName.GetValueOrDefault(name);

    internal static EnvelopeType? Find(ulong number) => number - 1 < (ulong)All.Count ? All[(int)number - 1] : null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
