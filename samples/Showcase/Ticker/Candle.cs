namespace Showcase.Ticker;

/// <summary>What a price did in a span of time.</summary>
/// <param name="Time">When the span began, in seconds since 1970.</param>
/// <param name="Open">The first price.</param>
/// <param name="High">The highest.</param>
/// <param name="Low">The lowest.</param>
/// <param name="Close">The last.</param>
internal readonly record struct Candle(long Time, double Open, double High, double Low, double Close)
{
    /// <summary>The candle with one price more.</summary>
    public Candle With(double price) => this with { High = Math.Max(High, price), Low = Math.Min(Low, price), Close = price };
}
