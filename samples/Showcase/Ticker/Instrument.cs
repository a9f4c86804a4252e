namespace Showcase.Ticker;

/// <summary>One symbol of the simulated market: a price that wanders, jumps now and then, and remembers where it opened.</summary>
internal sealed class Instrument
{
    private const int KeptCandles = 240;
    private const int CandleSeconds = 5;
    // A tick's typical step and, seldom, a jump: parts of the price.
    private const double Step = 0.0006;
    private const double Jump = 0.012;
    private const double JumpChance = 0.002;

    private readonly Lock _gate = new();
    private readonly Queue<Candle> _candles = new();
    private readonly Random _random;
    private readonly double _volatility;
    private readonly double _anchor;
    private Candle _candle;
    private double _price;
    private double _open;
    private long _ticks;

    public Instrument(string symbol, string name, double price, Random random)
    {
        Symbol = symbol;
        Name = name;
        _random = random;
        _volatility = 0.6 + (random.NextDouble() * 1.6);
        _price = _open = _anchor = price;
        Spread = 0.0002 + (random.NextDouble() * 0.0008);
    }

    /// <summary>The symbol.</summary>
    public string Symbol { get; }

    /// <summary>What people call it.</summary>
    public string Name { get; }

    /// <summary>What lies between bid and ask, as part of the price.</summary>
    public double Spread { get; }

    /// <summary>How restless it is: the chance that it ticks.</summary>
    public double Activity => 0.1 + (0.2 * _volatility);

    /// <summary>The last quote.</summary>
    public Quote Last
    {
        get
        {
            lock (_gate)
                return ToQuote();
        }
    }

    /// <summary>The candles, the one that grows included.</summary>
    public IReadOnlyList<Candle> Candles
    {
        get
        {
            lock (_gate)
                return [.. _candles, _candle];
        }
    }

    /// <summary>A new session: the price opens with a gap, and changes count from there.</summary>
    public void OpenSession(DateTimeOffset now)
    {
        // In one: nobody may see a session that has not opened at any price.
        lock (_gate)
        {
            _open = 0;
            Tick(now);
        }
    }

    /// <summary>Moves the price.</summary>
    public Quote Tick(DateTimeOffset now)
    {
        lock (_gate)
        {
            double move = Normal() * Step * _volatility;
            if (_open == 0)
                move += Normal() * Jump / 2;
            else if (_random.NextDouble() < JumpChance)
                move += Normal() * Jump;
            // It is drawn back to where it once was, or some day it would be worth nothing or the world.
            move += (_anchor - _price) / _anchor * 0.0005;
            _price = Math.Max(0.5, _price * (1 + move));
            if (_open == 0)
                _open = _price;
            _ticks++;
            Note(now.ToUnixTimeSeconds() / CandleSeconds * CandleSeconds);
            return ToQuote();
        }
    }

    private void Note(long time)
    {
        if (_candle.Time == time)
        {
            _candle = _candle.With(Round(_price));
            return;
        }

        if (_candle.Time != 0)
            _candles.Enqueue(_candle);
        if (_candles.Count > KeptCandles)
            _candles.Dequeue();
        double price = Round(_price);
        double open = _candle.Time == 0 ? price : _candle.Close;
        _candle = new Candle(time, open, Math.Max(open, price), Math.Min(open, price), price);
    }

    private Quote ToQuote()
    {
        double half = Math.Max(0.01, _price * Spread / 2);
        return new Quote(Symbol, Round(_price), Math.Round((_price / _open * 100) - 100, 2), Round(_price - half), Round(_price + half), _ticks);
    }

    private static double Round(double price) => Math.Round(price, 2);

    /// <summary>A number from the normal distribution, by Box and Muller.</summary>
    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
