using System.Text;

namespace Hutong.Fuzz;

/// <summary>Header lines of which most are right.</summary>
public static class TextGenerator
{
    public static string Pick(Random random, params ReadOnlySpan<string> choices) =>
        random.Next(2) == 0 ? choices[0] : choices[random.Next(choices.Length)];

    public static byte[] Lines(Random random, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in headers)
        {
            if (random.Next(30) == 0)
                continue;
            text.Append(name).Append(": ").Append(value).Append('\n');
            if (random.Next(30) == 0)
                text.Append(name).Append(": ").Append(value).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static string Extensions(Random random)
    {
        string[] parts = ["x-a", "x-b", "; ", ";", ", ", ",", "=", "\"", "\\", "no", "ok", "level", "9", "\"9\"", " ", "\t", "é", "=\"a b\"", "; p=\"\\9\""];
        var text = new StringBuilder(random.Next(2) == 0 ? "x-a" : "x-b; level=9");
        for (int i = random.Next(8); i > 0; i--)
            text.Append(parts[random.Next(parts.Length)]);
        return text.ToString();
    }
}
