using Showcase.Ticker;

namespace Hutong.Showcase;

/// <summary>The simulated market.</summary>
public class MarketTests
{
    [Fact]
    public void Market_OfASeed_IsPlausibleAndTheSameAgain()
    {
        var time = new Clock();
        var market = new Market(time);
        var again = new Market(time);
        market.Instruments.Count.ShouldBe(200);
        market.BySymbol.Count.ShouldBe(200);
        for (int i = 0; i < market.Instruments.Count; i++)
        {
            var quote = market.Instruments[i].Last;
            again.Instruments[i].Last.ShouldBe(quote);
            quote.Bid.ShouldBeLessThan(quote.Ask, quote.Symbol);
            quote.Bid.ShouldBeGreaterThan(0, quote.Symbol);
            var candles = market.Instruments[i].Candles;
            candles.Count.ShouldBeGreaterThan(200);
            candles.ShouldAllBe(c => c.Low <= c.Open && c.Low <= c.Close && c.High >= c.Open && c.High >= c.Close);
        }
    }

    [Fact]
    public void OpenSession_AfterTheNight_ChangesCountFromThere()
    {
        var time = new Clock();
        var instrument = new Market(time).Instruments[0];
        instrument.OpenSession(time.GetUtcNow());
        instrument.Last.Change.ShouldBe(0);
        long before = instrument.Last.N;
        instrument.Tick(time.GetUtcNow()).N.ShouldBe(before + 1);
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);
    }
}
