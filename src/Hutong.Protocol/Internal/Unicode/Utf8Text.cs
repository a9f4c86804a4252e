using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Hutong.Protocol.Internal.Unicode;

/// <summary>
/// Tells whether a whole text is UTF-8. While it is ASCII, vectors are only tested for high bits; from the first other byte on,
/// each is looked up in <see cref="Utf8Tables"/>. The last vector overlaps what went before.
/// </summary>
internal static class Utf8Text
{
    /// <summary>Vectors but the first look three bytes back; the last, which overlaps, comes soonest after so many.</summary>
    internal const int BeforeLast = 3;

    /// <summary>Whether a text is valid and ends at a character's end: what <see cref="Utf8.IsValid"/> says.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (Utf8Vector128.IsSupported && BitConverter.IsLittleEndian && text.Length <= Utf8Vector128.Size)
            return IsShortValid(text);
        if (Utf8Vector512.IsSupported && text.Length >= Utf8Vector512.Size + BeforeLast)
            return IsValid<Utf8Vector512>(text);
        if (Utf8Vector256.IsSupported && text.Length >= Utf8Vector256.Size + BeforeLast)
            return IsValid<Utf8Vector256>(text);
        if (Utf8Vector128.IsSupported && text.Length >= Utf8Vector128.Size + BeforeLast)
            return IsValid<Utf8Vector128>(text);
        return Utf8.IsValid(text);
    }

    /// <summary>The same with vectors of one width.</summary>
    /// <param name="text">At least <see cref="BeforeLast"/> bytes longer than a vector.</param>
    internal static unsafe bool IsValid<TVector>(ReadOnlySpan<byte> text)
        where TVector : struct, IUtf8Vector
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        nuint length = (nuint)text.Length;
        nuint size = (nuint)TVector.Size;
        nuint last = length - size;
        nuint at = 0;
        if (length >= 8 * size)
        {
            // A long text comes from beyond the first cache, where loads across its lines are dear. Should the collector move the
            // text meanwhile, it only gets slower.
            if (!TVector.IsAscii(ref first, 0))
                return IsValidFrom<TVector>(ref first, 0, length);
            at = size - ((nuint)Unsafe.AsPointer(ref first) & (size - 1));
        }

        for (; at + (4 * size) <= length; at += 4 * size)
        {
            if (!TVector.AreFourAscii(ref first, at))
                return IsValidFrom<TVector>(ref first, at, length);
        }

        for (; at < last; at += size)
        {
            if (!TVector.IsAscii(ref first, at))
                return IsValidFrom<TVector>(ref first, at, length);
        }

        return TVector.IsAscii(ref first, last) || IsValidFrom<TVector>(ref first, at, length);
    }

    /// <summary>Up to 16 bytes: made one vector, with zeros behind the text.</summary>
    private static bool IsShortValid(ReadOnlySpan<byte> text)
    {
        ref byte first = ref MemoryMarshal.GetReference(text);
        nuint length = (nuint)text.Length;
        // Two reads that overlap; what the second one repeats is shifted out.
        ulong head, tail = 0;
        if (length > 8)
        {
            head = Unsafe.ReadUnaligned<ulong>(ref first);
            tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, length - 8)) >> (8 * (16 - (int)length));
        }
        else if (length >= 4)
        {
            head = Unsafe.ReadUnaligned<uint>(ref first);
            head |= (ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref first, length - 4)) << (8 * ((int)length - 4));
        }
        else if (length > 0)
        {
            // The first, the middle and the last byte; of fewer than three, some are the same.
            head = first | ((ulong)Unsafe.Add(ref first, length >> 1) << (8 * ((int)length >> 1)))
                | ((ulong)Unsafe.Add(ref first, length - 1) << (8 * ((int)length - 1)));
        }
        else
        {
            return true;
        }

        if (((head | tail) & 0x8080_8080_8080_8080) == 0)
            return true;
        // The zeros give away a character that is cut, unless there are none.
        return Utf8Vector128.IsFirstValid(Vector128.Create(head, tail).AsByte()) && (length < 16 || !IsCut(ref first, length));
    }

    /// <summary>Whether a text is valid of which all before <paramref name="at"/> is ASCII.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsValidFrom<TVector>(ref byte first, nuint at, nuint length)
        where TVector : struct, IUtf8Vector
    {
        nuint size = (nuint)TVector.Size;
        nuint last = length - size;
        if (at < BeforeLast)
        {
            if (!TVector.IsFirstValid(ref first))
                return false;
            at = size;
        }

        for (; at + (4 * size) <= length; at += 4 * size)
        {
            if (!TVector.AreFourAscii(ref first, at))
            {
                if (!TVector.AreFourValid(ref first, at))
                    return false;
            }
            else if (IsCut(ref first, at))
            {
                return false;
            }
        }

        for (; at < last; at += size)
        {
            if (!TVector.IsValid(ref first, at))
                return false;
        }

        return TVector.IsValid(ref first, last) && !IsCut(ref first, length);
    }

    /// <summary>Whether a character lacks bytes that begins before a place, at 3 or above, where none of them can follow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCut(ref byte first, nuint at) =>
        Unsafe.Add(ref first, at - 1) >= 0xC0 || Unsafe.Add(ref first, at - 2) >= 0xE0 || Unsafe.Add(ref first, at - 3) >= 0xF0;
}
