using System.Text;

namespace Hutong.Server.Internal;

/// <summary>
/// Gives one string for texts that come again and again, such as hosts and paths, so that a hundred thousand connections share them.
/// A text takes the place of another one now and then, so that it stays small whatever clients send.
/// </summary>
internal sealed class TextCache
{
    private const int Places = 64;
    private const int LongestText = 128;

    // Written by any thread: a string is whole when it can be seen, and which of two stays makes no difference.
    private readonly string?[] _texts = new string?[Places];

    public string Get(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestText)
            return Encoding.ASCII.GetString(text);
        if (text.IsEmpty)
            return "";
        // Names of hosts and rooms differ in their ends.
        uint hash = (uint)text.Length;
        foreach (byte b in text[Math.Max(0, text.Length - 8)..])
            hash = (hash * 31) + b;
        ref string? place = ref _texts[(hash ^ (hash >> 7) ^ text[0]) % Places];
        if (place is { } known && Ascii.Equals(text, known))
            return known;
        return place = Encoding.ASCII.GetString(text);
    }

    /// <summary>Gives the string itself, or another one with the same text.</summary>
    public string Get(string text)
    {
        if (text.Length is 0 or > LongestText || !Ascii.IsValid(text))
            return text;
        Span<byte> bytes = stackalloc byte[LongestText];
        return Get(bytes[..Encoding.ASCII.GetBytes(text, bytes)]);
    }
}
