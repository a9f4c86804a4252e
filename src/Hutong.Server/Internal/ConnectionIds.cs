namespace Hutong.Server.Internal;

/// <summary>
/// Names of connections that Kestrel has not named, in its style: a count from the clock's ticks in base 32, and the request's number. Kestrel
/// counts from its own start, at most one a tick, so two of them never meet.
/// </summary>
internal static class ConnectionIds
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
    private const int Digits = 13;

    private static long _last = TimeProvider.System.GetUtcNow().Ticks;

    public static long Next() => Interlocked.Increment(ref _last);

    public static string Format(long number) => string.Create(Digits + ":00000001".Length, number, static (text, number) =>
    {
        for (int i = Digits - 1; i >= 0; i--, number >>>= 5)
            text[i] = Alphabet[(int)(number & 31)];
        ":00000001".CopyTo(text[Digits..]);
    });
}
