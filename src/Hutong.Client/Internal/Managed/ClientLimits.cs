namespace Hutong.Client.Internal;

internal static class ClientLimits
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Times of options: not negative, at most a day.</summary>
    public static void Check(TimeSpan value, string name, bool allowZero = true)
    {
        if (value < TimeSpan.Zero || value > Longest || (!allowZero && value == TimeSpan.Zero))
            throw new ArgumentOutOfRangeException(name, value, "Between nothing and one day.");
    }
}
