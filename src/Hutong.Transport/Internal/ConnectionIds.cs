namespace Hutong.Transport.Internal;

/// <summary>
/// Names of connections and of their first requests, in Kestrel's style: a count from the clock's ticks in 13 digits of base 32, and the request's number.
/// Kestrel counts from its own start, at most one a tick, so two of them never meet. As a number a name costs eight bytes.
/// </summary>
internal static class ConnectionIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private const string FirstRequest = ":00000001";
    private const int Digits = 13;

    private static long _last = TimeProvider.System.GetUtcNow().Ticks;

    public static long Next() => Interlocked.Increment(ref _last);

    /// <summary>The connection's name.</summary>
    public static string Format(long number) => string.Create(Digits, number, Write);

    /// <summary>The name of its first request.</summary>
    public static string FormatRequest(long number) => string.Create(Digits + FirstRequest.Length, number, static (text, number) =>
    {
        Write(text[..Digits], number);
        FirstRequest.CopyTo(text[Digits..]);
    });

    /// <summary>Finds the number of which <see cref="FormatRequest"/> makes the same name again.</summary>
    public static bool TryParseRequest(string name, out long number)
    {
        number = 0;
        if (name.Length != Digits + FirstRequest.Length || !name.EndsWith(FirstRequest, StringComparison.Ordinal) || name[0] > '7')
            return false;
        foreach (char digit in name.AsSpan(0, Digits))
        {
            int value = Alphabet.IndexOf(digit, StringComparison.Ordinal);
            if (value < 0)
                return false;
            number = (number << 5) | (uint)value;
        }

        return true;
    }

    private static void Write(Span<char> text, long number)
    {
        for (int i = Digits - 1; i >= 0; i--, number >>>= 5)
            text[i] = Alphabet[(int)(number & 31)];
    }
}
