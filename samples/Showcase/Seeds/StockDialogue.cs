using System.Text.Json;
using Hutong.Rooms;
using Showcase.Ticker;

namespace Showcase.Seeds;

/// <summary><c>subscribe {symbol}</c>, <c>unsubscribe {symbol}</c>; <c>price {symbol, price, change}</c>.</summary>
internal sealed class StockDialogue(RoomGraph graph, Market market) : Dialogue(graph)
{
    protected override async ValueTask<bool> TakeAsync(string type, JsonElement message)
    {
        if (type is not ("subscribe" or "unsubscribe") || !market.BySymbol.TryGetValue(message.Text("symbol"), out var instrument))
            return false;
        string room = TickerEndpoints.RoomOf(instrument.Symbol);
        if (type == "unsubscribe")
        {
            await Graph.LeaveAsync(Session.Id, room);
            return true;
        }

        await Graph.JoinAsync(Session.Id, room);
        var last = instrument.Last;
        Send(new { type = "price", last.Symbol, last.Price, last.Change });
        return true;
    }

    protected override string? Translate(OutgoingMessage message)
    {
        if (message.Type != "price")
            return null;
        var quote = Read(message);
        return Write(new { type = "price", symbol = quote.Text("symbol"), price = quote.Number("price"), change = quote.Number("change") });
    }
}
