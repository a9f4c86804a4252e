namespace Showcase.Dashboard;

/// <summary>An alarm that does not flap: it begins above one bound and ends below another.</summary>
internal sealed class Alarm
{
    /// <summary>Above it the alarm begins, in percent.</summary>
    public const double Begins = 90;

    /// <summary>Below it the alarm ends, in percent.</summary>
    public const double Ends = 75;

    /// <summary>Whether it is on.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Takes a value.</summary>
    /// <returns>Whether the alarm has just begun or ended.</returns>
    public bool Take(double value)
    {
        bool wasOn = IsOn;
        IsOn = value > Begins || (IsOn && value >= Ends);
        return IsOn != wasOn;
    }
}
