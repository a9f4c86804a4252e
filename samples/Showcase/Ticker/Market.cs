namespace Showcase.Ticker;

/// <summary>The simulated market: two hundred symbols, the same ones from the same seed.</summary>
internal sealed class Market
{
    private const int Count = 200;
    private const int WarmUpSeconds = 1200;

    private static readonly (string Symbol, string Name, double Price)[] Known =
    [
        ("AAPL", "Apple", 228.4), ("GOOGL", "Alphabet", 191.2), ("MSFT", "Microsoft", 441.6), ("NVDA", "NVIDIA", 138.9), ("AMZN", "Amazon", 214.7),
        ("TSLA", "Tesla", 331.5), ("BABA", "Alibaba", 97.3), ("JD", "JD.com", 38.1),
    ];

    private static readonly string[] First =
        ["Jade", "River", "Lantern", "Copper", "North", "Silk", "Cedar", "Harbour", "Plum", "Granite", "Crane", "Amber", "Willow", "Drum", "Bell", "Lotus", "Iron", "Cloud", "Salt", "Stone"];

    private static readonly string[] Second =
        ["Steel", "Foods", "Rail", "Power", "Bank", "Paper", "Motors", "Textiles", "Mining", "Systems"];

    /// <summary>Makes it, with a past.</summary>
    public Market(TimeProvider time, int seed = 20_260)
    {
        var random = new Random(seed);
        Instruments = [.. Names().Take(Count).Select(n => new Instrument(n.Symbol, n.Name, n.Price ?? Math.Round(8 + (random.NextDouble() * 280), 2), new Random(random.Next())))];
        BySymbol = Instruments.ToDictionary(i => i.Symbol, StringComparer.Ordinal);
        var now = time.GetUtcNow();
        for (int second = WarmUpSeconds; second > 0; second -= 2)
        {
            foreach (var instrument in Instruments)
                instrument.Tick(now.AddSeconds(-second));
        }
    }

    /// <summary>All symbols.</summary>
    public IReadOnlyList<Instrument> Instruments { get; }

    /// <summary>All symbols by their name.</summary>
    public IReadOnlyDictionary<string, Instrument> BySymbol { get; }

    private static IEnumerable<(string Symbol, string Name, double? Price)> Names()
    {
        foreach (var (symbol, name, price) in Known)
            yield return (symbol, name, price);
        var taken = Known.Select(k => k.Symbol).ToHashSet(StringComparer.Ordinal);
        foreach (string first in First)
        {
            foreach (string second in Second)
            {
                string symbol = (first[..2] + second[..2]).ToUpperInvariant();
                if (taken.Add(symbol))
                    yield return (symbol, $"{first} {second}", null);
            }
        }

        // Some beginnings are alike: numbers make up for it.
        for (int i = 1; ; i++)
            yield return ($"HT{i:000}", $"Hutong {i}", null);
    }
}
