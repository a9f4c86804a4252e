namespace Hutong.Server;

/// <summary>A token bucket: so many at once, and so many a second in the long run.</summary>
/// <param name="PerSecond">How many a second.</param>
/// <param name="Burst">How many at once.</param>
public sealed record RateLimit(double PerSecond, int Burst)
{
    internal void Validate(string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PerSecond, name);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Burst, name);
    }
}
