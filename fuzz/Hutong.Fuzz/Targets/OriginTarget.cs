using System.Text;
using System.Text.RegularExpressions;

namespace Hutong.Fuzz;

/// <summary>
/// Whatever text stands in <c>Origin</c>, the policy answers and does not throw; what it allows is one of the origins that were allowed.
/// </summary>
public static partial class OriginTarget
{
    private const string Self = "https://example.com";
    private static readonly OriginPolicy Policy = OriginPolicy.Allow("http://localhost:3000", "https://*.trusted.org");

    public static byte[] Generate(Random random)
    {
        string[] parts =
        [
            "https://", "http://", "localhost", ":3000", ":443", "example.com", "trusted.org", "x.", "evil-", ".evil.net", "@", "/", "\\", "#", "?", "[::1]",
            "null", " ", "%2e", "%00", "ü", "xn--", "\u3002", "\uFF0E", "\u2024", "*.", ":", "\0", "水", "ﬆ", "\u200D", new('a', 64), new('ü', 60),
        ];
        var text = new StringBuilder(TextGenerator.Pick(random, "https://", "http://localhost:3000", "https://a.trusted.org", "https://example.com", ""));
        for (int i = random.Next(5); i > 0; i--)
            text.Append(parts[random.Next(parts.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        string origin = Encoding.UTF8.GetString(data);
        if (Policy.IsAllowed(origin, Self))
            Claim.That(Allowed().IsMatch(origin), $"'{origin}' is not what was allowed");
    }

    [GeneratedRegex(
        @"\A(https://(example\.com|[a-z0-9_.-]+\.trusted\.org)(:(0*443)?)?|http://localhost:0*3000)/?\z",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Allowed();
}
