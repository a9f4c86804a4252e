using System.Numerics;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>
/// Unsigned numbers of seven bits a byte, the low ones first; the top bit says that more follow. Only the shortest form is taken, so that a
/// number has one.
/// </summary>
internal static class VarUInt
{
    private const int LongestSize = 10;

    public static int Size(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;

    public static int Write(Span<byte> to, ulong value)
    {
        int at = 0;
        for (; value >= 0x80; value >>= 7)
            to[at++] = (byte)(value | 0x80);
        to[at++] = (byte)value;
        return at;
    }

    public static bool TryRead(ReadOnlySpan<byte> from, out ulong value, out int size)
    {
        value = 0;
        for (size = 0; size < from.Length && size < LongestSize;)
        {
            byte b = from[size];
            // The tenth byte has room for one bit.
            if (size == LongestSize - 1 && b > 1)
                return false;
            value |= (ulong)(b & 0x7F) << (7 * size);
            size++;
            if (b < 0x80)
                return b != 0 || size == 1;
        }

        return false;
    }

    /// <summary>Small negative numbers as small unsigned ones.</summary>
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
