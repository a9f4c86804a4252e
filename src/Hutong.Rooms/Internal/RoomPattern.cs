namespace Hutong.Rooms.Internal;

/// <summary>Patterns of room names: a name, or the beginning of one with <c>*</c> at the end.</summary>
internal static class RoomPattern
{
    public static void Check(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        if (pattern.AsSpan(0, pattern.Length - 1).Contains('*'))
            throw new ArgumentException("A pattern is a name, or the beginning of one with * at the end.", nameof(pattern));
    }

    public static bool Matches(string pattern, string name) =>
        pattern[^1] == '*' ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : pattern == name;
}
