using System.Text;
using System.Text.RegularExpressions;

namespace Hutong.Fuzz;

/// <summary>What the extension header's parser takes is made of tokens, and written out it is parsed to the same.</summary>
public static partial class ExtensionHeaderTarget
{
    public static byte[] Generate(Random random) => Encoding.UTF8.GetBytes(TextGenerator.Extensions(random));

    public static void Run(ReadOnlySpan<byte> data)
    {
        string value = Encoding.UTF8.GetString(data);
        bool parsed = ExtensionParameters.TryParseList(value, out var list);
        Claim.Same(Grammar().IsMatch(value) && value.Trim(' ', '\t', ',').Length > 0, parsed, $"the grammar of '{value}'");
        if (!parsed)
            return;
        Claim.That(list.Count is > 0 and <= 64, "1 to 64 items");
        foreach (var extension in list)
        {
            Claim.That(Token().IsMatch(extension.Name), "a name is a token");
            Claim.That(extension.Parameters.All(p => Token().IsMatch(p.Key) && (p.Value is null || Token().IsMatch(p.Value))), "parameters are tokens");
        }

        Claim.That(ExtensionParameters.TryParseList(string.Join(", ", list), out var again), "what is written can be parsed");
        Claim.SameList([.. list.Select(e => e.ToString())], [.. again.Select(e => e.ToString())], "what is parsed again");
    }

    [GeneratedRegex(@"\A[!#$%&'*+\-.^_`|~0-9A-Za-z]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Token();

    // RFC 6455 §9.1 with the empty list items of RFC 9110 §5.6.1.
    [GeneratedRegex(
        """
        \A[ \t]*
        ([!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*
          (;[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*
            (=[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(\\?[!#$%&'*+\-.^_`|~0-9A-Za-z])+")[ \t]*)?
          )*
        )?
        (,[ \t]*
          ([!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*
            (;[ \t]*[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*
              (=[ \t]*([!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(\\?[!#$%&'*+\-.^_`|~0-9A-Za-z])+")[ \t]*)?
            )*
          )?
        )*\z
        """,
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture,
        1000)]
    private static partial Regex Grammar();
}
