using Hutong.Rooms;

namespace Showcase.Ticker;

/// <summary>
/// Rooms <c>ticker:*</c>, one for each symbol. Of a price the newest counts: a reader that is behind gets it in place of those that it has missed.
/// </summary>
internal static class TickerEndpoints
{
    public const string Session = "market";
    private const string Prefix = "ticker:";

    private static readonly RoomOptions Options = new()
    {
        Delivery = Delivery.Latest,
        // Anything that is not on its way yet may be replaced.
        BehindBytes = 1024,
    };

    /// <summary>The room of a symbol.</summary>
    public static string RoomOf(string symbol) => Prefix + symbol;

    /// <summary>Says which rooms there are.</summary>
    public static RoomsBuilder AddTicker(this RoomsBuilder rooms, Market market) => rooms
        .Map(Prefix + "*", Options)
        .Map(Session)
        .OnJoin(Prefix + "*", context =>
        {
            if (!market.BySymbol.ContainsKey(context.Room[Prefix.Length..]))
                context.Refuse("There is no such symbol.");
        });

    /// <summary>Serves what the rooms begin with: all symbols, and the past of each.</summary>
    public static void MapTicker(this WebApplication app)
    {
        var market = app.Services.GetRequiredService<Market>();
        var service = app.Services.GetRequiredService<MarketService>();
        app.MapGet("/ticker/symbols", () => Results.Json(new
        {
            session = new { service.Session.IsOpen, service.Session.Seconds },
            symbols = market.Instruments.Select(i => new { i.Symbol, i.Name, i.Last.Price, i.Last.Change, i.Last.N }),
        }));
        app.MapGet("/ticker/candles/{symbol}", (string symbol) =>
            market.BySymbol.TryGetValue(symbol, out var instrument) ? Results.Json(instrument.Candles) : Results.NotFound());
    }
}
