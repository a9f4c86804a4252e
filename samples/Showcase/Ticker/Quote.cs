namespace Showcase.Ticker;

/// <summary>One tick of a symbol, as the rooms carry it.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Price">The last price.</param>
/// <param name="Change">The change since the session opened, in percent.</param>
/// <param name="Bid">What somebody would pay.</param>
/// <param name="Ask">What somebody asks.</param>
/// <param name="N">Counts the symbol's ticks: a reader sees from a gap how many were left out for it.</param>
internal sealed record Quote(string Symbol, double Price, double Change, double Bid, double Ask, long N);
