using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hutong.Protocol.Internal.Unicode;

/// <summary>64 bytes at a time.</summary>
internal readonly struct Utf8Vector512 : IUtf8Vector
{
    /// <summary>Where the runtime thinks 512 bits slow the machine down, it says that they are not accelerated.</summary>
    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512BW.IsSupported;

    public static int Size => Vector512<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ref byte text, nuint at) => !HasHighBit(Vector512.LoadUnsafe(ref text, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourAscii(ref byte text, nuint at) => !HasHighBit(
        Vector512.LoadUnsafe(ref text, at) | Vector512.LoadUnsafe(ref text, at + (nuint)Size)
        | Vector512.LoadUnsafe(ref text, at + (2 * (nuint)Size)) | Vector512.LoadUnsafe(ref text, at + (3 * (nuint)Size)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFirstValid(ref byte text)
    {
        var bytes = Vector512.LoadUnsafe(ref text);
        // Zeros and the lower three quarters: what is before each quarter.
        var before = Avx512F.AlignRight64(bytes.AsUInt64(), Vector512<ulong>.Zero, 6).AsByte();
        var mistakes = Mistakes(bytes, Avx512BW.AlignRight(bytes, before, 15), Avx512BW.AlignRight(bytes, before, 14), Avx512BW.AlignRight(bytes, before, 13));
        return mistakes == Vector512<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ref byte text, nuint at) => Mistakes(ref text, at) == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourValid(ref byte text, nuint at) =>
        (Mistakes(ref text, at) | Mistakes(ref text, at + (nuint)Size)
        | Mistakes(ref text, at + (2 * (nuint)Size)) | Mistakes(ref text, at + (3 * (nuint)Size))) == Vector512<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasHighBit(Vector512<byte> bytes) => (bytes & Vector512.Create((byte)0x80)) != Vector512<byte>.Zero;

    // The bytes before each are loaded once more, one, two and three places lower: loads are cheaper than moving bytes between
    // vectors, and the code is the same on every machine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Mistakes(ref byte text, nuint at) => Mistakes(
        Vector512.LoadUnsafe(ref text, at), Vector512.LoadUnsafe(ref text, at - 1),
        Vector512.LoadUnsafe(ref text, at - 2), Vector512.LoadUnsafe(ref text, at - 3));

    /// <summary>Not 0 at each byte with which the text cannot go on; see <see cref="Utf8Tables"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Mistakes(Vector512<byte> bytes, Vector512<byte> before1, Vector512<byte> before2, Vector512<byte> before3)
    {
        var pairs = LookUp(Utf8Tables.FirstHigh, (before1.AsUInt16() >>> 4).AsByte())
            & LookUp(Utf8Tables.FirstLow, before1)
            & LookUp(Utf8Tables.SecondHigh, (bytes.AsUInt16() >>> 4).AsByte());
        // A byte is due to be a third or fourth one exactly where it and the one before are both continuations.
        var due = Vector512.SubtractSaturate(before2, Vector512.Create(Utf8Tables.ThirdDue))
            | Vector512.SubtractSaturate(before3, Vector512.Create(Utf8Tables.FourthDue));
        return (due & Vector512.Create((byte)0x80)) ^ pairs;
    }

    /// <summary>Looks the low nibble of each byte up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<byte> LookUp(ReadOnlySpan<byte> table, Vector512<byte> index)
    {
        // Tables are part of the program's image, which does not move. One instruction loads one of them four times.
        var tables = Avx512F.BroadcastVector128ToVector512((uint*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(table))).AsByte();
        // VBMI shuffles the whole vector by the lowest six bits of an index. With the same table in each quarter, the two above
        // the nibble do not matter, so that they need not be masked off.
        return Avx512Vbmi.IsSupported
            ? Avx512Vbmi.PermuteVar64x8(tables, index)
            : Avx512BW.Shuffle(tables, index & Vector512.Create((byte)0x0F));
    }
}
