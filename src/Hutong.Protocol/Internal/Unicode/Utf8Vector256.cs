using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hutong.Protocol.Internal.Unicode;

/// <summary>32 bytes at a time; each half has the tables to itself, because AVX2 shuffles within halves.</summary>
internal readonly struct Utf8Vector256 : IUtf8Vector
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Size => Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ref byte text, nuint at) => !HasHighBit(Vector256.LoadUnsafe(ref text, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourAscii(ref byte text, nuint at) => !HasHighBit(
        Vector256.LoadUnsafe(ref text, at) | Vector256.LoadUnsafe(ref text, at + (nuint)Size)
        | Vector256.LoadUnsafe(ref text, at + (2 * (nuint)Size)) | Vector256.LoadUnsafe(ref text, at + (3 * (nuint)Size)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFirstValid(ref byte text)
    {
        var bytes = Vector256.LoadUnsafe(ref text);
        // Zeros and the lower half: what is before each half.
        var before = Avx2.Permute2x128(bytes, bytes, 0x08);
        var mistakes = Mistakes(bytes, Avx2.AlignRight(bytes, before, 15), Avx2.AlignRight(bytes, before, 14), Avx2.AlignRight(bytes, before, 13));
        return mistakes == Vector256<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ref byte text, nuint at) => Mistakes(ref text, at) == Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourValid(ref byte text, nuint at) =>
        (Mistakes(ref text, at) | Mistakes(ref text, at + (nuint)Size)
        | Mistakes(ref text, at + (2 * (nuint)Size)) | Mistakes(ref text, at + (3 * (nuint)Size))) == Vector256<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasHighBit(Vector256<byte> bytes) => (bytes & Vector256.Create((byte)0x80)) != Vector256<byte>.Zero;

    // The bytes before each are loaded once more, one, two and three places lower: loads are cheaper than moving bytes between
    // vectors, and the code is the same on every machine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Mistakes(ref byte text, nuint at) => Mistakes(
        Vector256.LoadUnsafe(ref text, at), Vector256.LoadUnsafe(ref text, at - 1),
        Vector256.LoadUnsafe(ref text, at - 2), Vector256.LoadUnsafe(ref text, at - 3));

    /// <summary>Not 0 at each byte with which the text cannot go on; see <see cref="Utf8Tables"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Mistakes(Vector256<byte> bytes, Vector256<byte> before1, Vector256<byte> before2, Vector256<byte> before3)
    {
        var pairs = LookUp(Utf8Tables.FirstHigh, (before1.AsUInt16() >>> 4).AsByte())
            & LookUp(Utf8Tables.FirstLow, before1)
            & LookUp(Utf8Tables.SecondHigh, (bytes.AsUInt16() >>> 4).AsByte());
        // A byte is due to be a third or fourth one exactly where it and the one before are both continuations.
        var due = Vector256.SubtractSaturate(before2, Vector256.Create(Utf8Tables.ThirdDue))
            | Vector256.SubtractSaturate(before3, Vector256.Create(Utf8Tables.FourthDue));
        return (due & Vector256.Create((byte)0x80)) ^ pairs;
    }

    /// <summary>Looks the low nibble of each byte up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<byte> LookUp(ReadOnlySpan<byte> table, Vector256<byte> index)
    {
        // Tables are part of the program's image, which does not move. One instruction loads one of them twice.
        var tables = Avx2.BroadcastVector128ToVector256((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(table)));
        return Avx2.Shuffle(tables, index & Vector256.Create((byte)0x0F));
    }
}
