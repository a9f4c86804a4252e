namespace Hutong.Rooms.Protocol.Internal;

/// <summary>Integers as ids carry them: their digits, however many.</summary>
internal static class Numbers
{
    public static bool IsInteger(ReadOnlySpan<char> text)
    {
        var digits = text is ['-', ..] ? text[1..] : text;
        return digits is ['0'] or [>= '1' and <= '9', ..] && !digits.ContainsAnyExceptInRange('0', '9');
    }

    public static bool IsInteger(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        return digits is [(byte)'0'] or [>= (byte)'1' and <= (byte)'9', ..] && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
