namespace Showcase.Game;

/// <summary>One who runs about in the arena.</summary>
internal sealed class Player(int id, string name, bool isBot)
{
    /// <summary>A number that fits two bytes.</summary>
    public int Id { get; } = id;

    /// <summary>What people call it.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the server plays it.</summary>
    public bool IsBot { get; } = isBot;

    /// <summary>Where it is.</summary>
    public double X { get; set; }

    /// <summary>Where it is.</summary>
    public double Y { get; set; }

    /// <summary>Where it wants to go: −1 to 1.</summary>
    public double TowardsX { get; set; }

    /// <summary>Where it wants to go: −1 to 1.</summary>
    public double TowardsY { get; set; }

    /// <summary>How many ticks it goes on so; negative: until it says otherwise.</summary>
    public int TicksLeft { get; set; } = -1;

    /// <summary>How many lanterns it has lit.</summary>
    public int Score { get; set; }

    /// <summary>The number of the last input that was taken.</summary>
    public byte Input { get; set; }
}
