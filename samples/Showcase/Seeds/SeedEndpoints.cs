using Hutong.Connections;
using Hutong.Rooms;
using Hutong.Server;
using Showcase.Game;
using Showcase.Ticker;

namespace Showcase.Seeds;

/// <summary>Addresses that speak as the guides' client classes do, in the rooms of the pages.</summary>
internal static class SeedEndpoints
{
    /// <summary>
    /// Whoever tries a guide's page opens it from a file, or from a server of their own: every origin may connect. There are no cookies here and
    /// no accounts that a foreign page could use; an app with either would name its origins.
    /// </summary>
    public static readonly IReadOnlyList<string> Origins = ["*"];

    private static readonly WebSocketEndpointOptions Options = new()
    {
        AllowedOrigins = Origins,
        Connection = new ConnectionOptions { MaxMessageSize = 64 << 10, AnswerHeartbeats = true, SendQueuePolicy = SendQueuePolicy.Disconnect },
    };

    /// <summary>Opens them.</summary>
    public static void MapSeeds(this WebApplication app)
    {
        var services = app.Services;
        var graph = services.GetRequiredService<RoomGraph>();
        var market = services.GetRequiredService<Market>();
        var arena = services.GetRequiredService<Arena>();
        var documents = new Documents();
        var marks = new NoticeDialogue.Marks();
        app.MapWebSocket("/seeds/chat", (socket, request) => new ChatDialogue(graph).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/stocks", (socket, request) => new StockDialogue(graph, market).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/docs", (socket, request) => new DocumentDialogue(graph, documents).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/notifications", (socket, request) => new NoticeDialogue(graph, marks).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/game", (socket, request) => new GameDialogue(graph, arena).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/monitor", (socket, request) => new MonitorDialogue(graph).RunAsync(socket, request), Options);
        app.MapWebSocket("/seeds/echo", EchoDialogue.RunAsync, EchoDialogue.Options);
    }
}
