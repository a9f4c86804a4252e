namespace Hutong.Client;

/// <summary>The rate that a server takes: what is too fast waits in the client's queue, where a server would refuse it.</summary>
/// <param name="Burst">So many messages at once; at least 1.</param>
/// <param name="PerSecond">So many a second in the long run; above 0.</param>
public sealed record SendPace(int Burst, double PerSecond)
{
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Burst);
        if (!(PerSecond > 0) || double.IsInfinity(PerSecond))
            throw new ArgumentOutOfRangeException(nameof(PerSecond), PerSecond, "A rate is above 0.");
    }
}
