using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>When a client tries again. The delay is random between nothing and <c>min(Cap, Base · 2ⁿ)</c>.</summary>
public sealed record ReconnectOptions
{
    /// <summary>The first ceiling of the delay; it doubles with each attempt. Default 500 ms.</summary>
    public TimeSpan Base { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The highest ceiling. Default 20 s.</summary>
    public TimeSpan Cap { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How many attempts in a row; null, the default, for no end.</summary>
    public int? Attempts { get; init; }

    /// <summary>After how long a connection has held, so that the count begins again. Default 5 s.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether it reconnects whatever the close code, unless closed by hand. Default false.</summary>
    public bool Always { get; init; }

    /// <summary>Whether no attempt begins while <see cref="ClientEnvironment.IsVisible"/> is false. Default false.</summary>
    public bool PauseWhenHidden { get; init; }

    /// <summary>Overrules the table of close codes: true reconnects, false does not, null leaves it to the table. Null by default.</summary>
    public Func<ClientClose, bool?>? Decide { get; init; }

    internal void Validate()
    {
        ClientLimits.Check(Base, nameof(Base));
        ClientLimits.Check(Cap, nameof(Cap));
        ClientLimits.Check(ResetAfter, nameof(ResetAfter));
        if (Attempts is < 0)
            throw new ArgumentOutOfRangeException(nameof(Attempts), Attempts, "Not negative.");
    }
}
