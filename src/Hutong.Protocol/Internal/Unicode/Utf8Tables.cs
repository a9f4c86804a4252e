namespace Hutong.Protocol.Internal.Unicode;

/// <summary>
/// What may be wrong with two bytes that stand side by side, as tables for a vector to look up in (after Keiser and Lemire,
/// "Validating UTF-8 in less than one instruction per byte", 2021). Each mistake is a bit. A table says which mistakes are
/// possible when only one nibble of the pair is known, and a mistake was made where all three tables allow it:
/// <code>
///   first byte        second byte
///   +------+------+   +------+------+
///   | high |  low |   | high |  low |      mistakes = FirstHigh[high] AND FirstLow[low] AND SecondHigh[high]
///   +------+------+   +------+------+
///       |      |          |
///   FirstHigh FirstLow SecondHigh
/// </code>
/// The low nibble of the second byte never matters: the ranges of Unicode's table 3-7 begin and end at whole sixteens. Pairs do
/// not see whether a third or fourth byte is missing or too much; <see cref="TwoContinuations"/> is how they tell that a byte
/// claims to be one, and the vectors compare that with the lead two or three bytes before.
/// </summary>
internal static class Utf8Tables
{
    /// <summary>11______ 0_______ or 11______ 11______: a lead without its continuation.</summary>
    private const byte TooShort = 1 << 0;

    /// <summary>0_______ 10______: a continuation without its lead.</summary>
    private const byte TooLong = 1 << 1;

    /// <summary>11100000 100_____: U+07FF or below in three bytes.</summary>
    private const byte Overlong3 = 1 << 2;

    /// <summary>11110100 1001____ or 101_____, or any lead above F4 with 9_, A_ or B_: above U+10FFFF.</summary>
    private const byte TooLarge = 1 << 3;

    /// <summary>11101101 101_____: U+D800 to U+DFFF.</summary>
    private const byte Surrogate = 1 << 4;

    /// <summary>1100000_ 10______: U+007F or below in two bytes.</summary>
    private const byte Overlong2 = 1 << 5;

    /// <summary>
    /// 11110000 1000____: U+FFFF or below in four bytes; and any lead above F4 with 8_, the rest of <see cref="TooLarge"/>, for
    /// which F4 8_ is no mistake. One bit does for both, because the low nibbles of their leads differ and the second byte is the same.
    /// </summary>
    private const byte Overlong4OrTooLarge = 1 << 6;

    /// <summary>
    /// 10______ 10______: no mistake if the second one is a third or fourth byte. It has the highest bit because what it is
    /// compared with comes out of a subtraction there.
    /// </summary>
    private const byte TwoContinuations = 1 << 7;

    /// <summary>The mistakes that do not depend on the first byte's low nibble.</summary>
    private const byte AnyLow = TooShort | TooLong | TwoContinuations;

    /// <summary>By the first byte's high nibble.</summary>
    public static ReadOnlySpan<byte> FirstHigh =>
    [
        TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, TooLong, // 0_ to 7_: ASCII
        TwoContinuations, TwoContinuations, TwoContinuations, TwoContinuations, // 8_ to B_: continuations
        TooShort | Overlong2, // C_: leads of two bytes, C0 and C1 among them
        TooShort, // D_: leads of two bytes
        TooShort | Overlong3 | Surrogate, // E_: leads of three bytes
        TooShort | TooLarge | Overlong4OrTooLarge, // F_: leads of four bytes, and what leads nothing
    ];

    /// <summary>By the first byte's low nibble.</summary>
    public static ReadOnlySpan<byte> FirstLow =>
    [
        AnyLow | Overlong2 | Overlong3 | Overlong4OrTooLarge, // C0, E0, F0
        AnyLow | Overlong2, // C1
        AnyLow,
        AnyLow,
        AnyLow | TooLarge, // F4
        AnyLow | TooLarge | Overlong4OrTooLarge, // F5 and above
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge | Surrogate, // ED
        AnyLow | TooLarge | Overlong4OrTooLarge,
        AnyLow | TooLarge | Overlong4OrTooLarge,
    ];

    /// <summary>By the second byte's high nibble.</summary>
    public static ReadOnlySpan<byte> SecondHigh =>
    [
        TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, TooShort, // 0_ to 7_: ASCII
        TooLong | TwoContinuations | Overlong2 | Overlong3 | Overlong4OrTooLarge, // 8_
        TooLong | TwoContinuations | Overlong2 | Overlong3 | TooLarge, // 9_
        TooLong | TwoContinuations | Overlong2 | Surrogate | TooLarge, // A_
        TooLong | TwoContinuations | Overlong2 | Surrogate | TooLarge, // B_
        TooShort, TooShort, TooShort, TooShort, // C_ to F_: leads
    ];

    /// <summary>Subtracted (stopping at 0) from the byte two before, leaves the highest bit for E0 and above: a third byte is due.</summary>
    public const byte ThirdDue = 0xE0 - 0x80;

    /// <summary>Subtracted (stopping at 0) from the byte three before, leaves the highest bit for F0 and above: a fourth byte is due.</summary>
    public const byte FourthDue = 0xF0 - 0x80;
}
