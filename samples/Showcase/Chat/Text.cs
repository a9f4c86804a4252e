using System.Text;

namespace Showcase.Chat;

/// <summary>What people write, without what does not show.</summary>
internal static class Text
{
    private const int Longest = 2000;

    /// <summary>A text of some lines; null if it is too long.</summary>
    public static string? Clean(string? text)
    {
        if (text is null || text.Length > Longest)
            return null;
        return Filter(text, static c => c is '\n' or '\t' || !char.IsControl(c)).Trim();
    }

    /// <summary>One line, cut to a length.</summary>
    public static string CleanLine(string? text, int longest)
    {
        string line = Filter(text ?? "", static c => !char.IsControl(c)).Trim();
        if (line.Length <= longest)
            return line;
        // Not between the halves of one character.
        return char.IsHighSurrogate(line[longest - 1]) ? line[..(longest - 1)] : line[..longest];
    }

    private static string Filter(string text, Func<char, bool> keep)
    {
        var kept = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (keep(c))
                kept.Append(c);
        }

        return kept.ToString();
    }
}
