namespace Hutong.Interop.Matrix;

/// <summary>A row of the matrix.</summary>
/// <param name="Peer">Whom we talk to.</param>
/// <param name="Role">What the peer is: <c>client</c> or <c>server</c>.</param>
/// <param name="Transport"><c>ws</c>, <c>wss</c> or <c>HTTP/2</c>.</param>
public sealed record Row(string Peer, string Role, string Transport)
{
    /// <summary>A client of .NET, inside this process.</summary>
    public const string Platform = "ClientWebSocket";

    /// <summary>Both ends are ours.</summary>
    public const string Own = "Hutong";

    public static IReadOnlyList<Row> All { get; } =
    [
        .. from peer in (string[])["ws", "bun", "websockets", "wsproto", "gorilla"]
           from role in (string[])["client", "server"]
           from transport in (string[])["ws", "wss"]
           select new Row(peer, role, transport),
        .. from peer in (string[])[Platform, Own]
           from transport in (string[])["ws", "wss", "HTTP/2"]
           select new Row(peer, "client", transport),
    ];

    /// <summary>What the peer is called in the table.</summary>
    public string Title => Peer switch
    {
        "ws" => "ws (Node)",
        "bun" => "Bun",
        "websockets" => "websockets (Python)",
        "wsproto" => "wsproto (Python)",
        "gorilla" => "gorilla/websocket (Go)",
        Platform => "ClientWebSocket (.NET)",
        _ => "Hutong's client",
    };

    /// <summary>Why a peer cannot do this; null if it can.</summary>
    internal string? Obstacle(Mode mode) => (Peer, Role, mode.Name) switch
    {
        ("gorilla", _, "takeover") => "keeps no context between messages, and always asks the other end to keep none.",
        ("gorilla", _, "small") => "agrees on no window but the largest.",
        _ => null,
    };

    /// <summary>A restriction on all cells of the row; null if there is none.</summary>
    public string? Restriction => Peer == "bun" ? "cannot send fragments: there the fragments are sent by Hutong alone." : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Peer} {Role} {Transport}";
}
