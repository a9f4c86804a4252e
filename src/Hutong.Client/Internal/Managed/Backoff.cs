using System.Globalization;
using System.Text.RegularExpressions;

namespace Hutong.Client.Internal;

/// <summary>When to try again, and whether.</summary>
internal static partial class Backoff
{
    /// <summary>The token has expired: the next connection needs another one.</summary>
    public const int AuthExpired = 3002;

    public const int Overloaded = 1013;

    // No advice sends a client away for longer.
    private static readonly TimeSpan LongestAdvice = TimeSpan.FromHours(1);

    public static Verdict Judge(int code) => code switch
    {
        1000 => Verdict.End,
        // 3500 is the envelope's own code for a token that was not taken.
        3500 or 4401 => Verdict.Auth,
        1008 or 4403 or (>= 3500 and <= 3999) => Verdict.Refused,
        _ => Verdict.Retry,
    };

    /// <summary>Full jitter: anywhere between nothing and the ceiling, so that many clients do not come back at once.</summary>
    public static TimeSpan Delay(int attempt, ReconnectOptions options, Random random)
    {
        double ceiling = Math.Min(options.Cap.TotalMilliseconds, options.Base.TotalMilliseconds * Math.Pow(2, attempt));
        return TimeSpan.FromMilliseconds(Math.Floor(random.NextDouble() * ceiling));
    }

    public static TimeSpan Bounded(TimeSpan advice) => advice <= TimeSpan.Zero ? TimeSpan.Zero : advice < LongestAdvice ? advice : LongestAdvice;

    /// <summary>Advice in milliseconds, as far as it makes sense.</summary>
    public static TimeSpan Bounded(double milliseconds) =>
        milliseconds > 0 ? TimeSpan.FromMilliseconds(Math.Min(milliseconds, LongestAdvice.TotalMilliseconds)) : TimeSpan.Zero;

    /// <summary>What a server advises in the reason of a close, as <c>after=5000</c>.</summary>
    public static TimeSpan Advised(string reason) =>
        After().Match(reason) is { Success: true } match && double.TryParse(match.Groups["ms"].ValueSpan, CultureInfo.InvariantCulture, out double ms)
            ? Bounded(ms)
            : TimeSpan.Zero;

    [GeneratedRegex(@"\bafter=(?<ms>[0-9]{1,15})", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex After();
}
