namespace Showcase.Game;

/// <summary>The arena: what is true is what it says. Thread-safe; it knows no connection and no clock.</summary>
internal sealed class Arena(Random random)
{
    /// <summary>Its width.</summary>
    public const int Width = 1600;

    /// <summary>Its height.</summary>
    public const int Height = 900;

    /// <summary>Ticks a second.</summary>
    public const int Rate = 30;

    /// <summary>How fast one runs, a second.</summary>
    public const int Speed = 260;

    /// <summary>The most that play.</summary>
    public const int MaxPlayers = 400;

    private const int Lanterns = 14;
    private const int Reach = 26;
    private const int Margin = 20;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Player> _players = [];
    private readonly (double X, double Y)[] _lanterns = [.. Enumerable.Range(0, Lanterns).Select(_ => Place(random))];
    private int _lastId;

    /// <summary>How many ticks there were.</summary>
    public uint Tick { get; private set; }

    /// <summary>Lets somebody in.</summary>
    /// <returns>The player; null if it is full.</returns>
    public Player? Enter(string name, bool isBot = false)
    {
        lock (_gate)
        {
            if (_players.Count >= MaxPlayers)
                return null;
            do
                _lastId = (_lastId % 50_000) + 1;
            while (_players.ContainsKey(_lastId));
            var player = new Player(_lastId, name, isBot);
            (player.X, player.Y) = Place(random);
            _players.Add(player.Id, player);
            return player;
        }
    }

    /// <summary>Takes somebody out.</summary>
    public void Leave(Player player)
    {
        lock (_gate)
            _players.Remove(player.Id);
    }

    /// <summary>Sets where somebody wants to go.</summary>
    public void Steer(Player player, double x, double y, byte input, int ticks = -1)
    {
        // Nobody is faster than the others, whatever their client says.
        double length = Math.Sqrt((x * x) + (y * y));
        if (!double.IsFinite(length))
            return;
        lock (_gate)
        {
            (player.TowardsX, player.TowardsY) = length > 1 ? (x / length, y / length) : (x, y);
            player.TicksLeft = ticks;
            player.Input = input;
        }
    }

    /// <summary>Sets how many bots there are.</summary>
    public void SetBots(int count)
    {
        lock (_gate)
        {
            var bots = _players.Values.Where(p => p.IsBot).ToList();
            foreach (var bot in bots.Skip(count))
                _players.Remove(bot.Id);
            for (int i = bots.Count; i < count; i++)
                Enter($"bot {i + 1}", isBot: true);
        }
    }

    /// <summary>One tick.</summary>
    public void Step()
    {
        lock (_gate)
        {
            Tick++;
            foreach (var player in _players.Values)
            {
                if (player.IsBot && random.Next(25) == 0)
                    (player.TowardsX, player.TowardsY) = (random.Next(-1, 2), random.Next(-1, 2));
                player.X = Math.Clamp(player.X + (player.TowardsX * Speed / Rate), Margin, Width - Margin);
                player.Y = Math.Clamp(player.Y + (player.TowardsY * Speed / Rate), Margin, Height - Margin);
                if (player.TicksLeft > 0 && --player.TicksLeft == 0)
                    (player.TowardsX, player.TowardsY) = (0, 0);
                for (int i = 0; i < _lanterns.Length; i++)
                {
                    if (Math.Abs(player.X - _lanterns[i].X) > Reach || Math.Abs(player.Y - _lanterns[i].Y) > Reach)
                        continue;
                    player.Score++;
                    _lanterns[i] = Place(random);
                }
            }
        }
    }

    /// <summary>Reads all of it, while it stands still.</summary>
    public T Read<T>(Func<IReadOnlyCollection<Player>, IReadOnlyList<(double X, double Y)>, T> reader)
    {
        lock (_gate)
            return reader(_players.Values, _lanterns);
    }

    private static (double X, double Y) Place(Random random) =>
        (random.Next(Margin * 2, Width - (Margin * 2)), random.Next(Margin * 2, Height - (Margin * 2)));
}
