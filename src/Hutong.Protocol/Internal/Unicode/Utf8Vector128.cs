using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Hutong.Protocol.Internal.Unicode;

/// <summary>16 bytes at a time.</summary>
internal readonly struct Utf8Vector128 : IUtf8Vector
{
    /// <summary>Shuffling bytes came to x86 with SSSE3; without an instruction for it, nothing is gained.</summary>
    public static bool IsSupported => Ssse3.IsSupported || AdvSimd.Arm64.IsSupported;

    public static int Size => Vector128<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsAscii(ref byte text, nuint at) => !HasHighBit(Vector128.LoadUnsafe(ref text, at));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourAscii(ref byte text, nuint at) => !HasHighBit(
        Vector128.LoadUnsafe(ref text, at) | Vector128.LoadUnsafe(ref text, at + (nuint)Size)
        | Vector128.LoadUnsafe(ref text, at + (2 * (nuint)Size)) | Vector128.LoadUnsafe(ref text, at + (3 * (nuint)Size)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFirstValid(ref byte text) => IsFirstValid(Vector128.LoadUnsafe(ref text));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsFirstValid(Vector128<byte> bytes)
    {
        // An index past the end stands for 0, which is what is before the text.
        var before1 = Vector128.Shuffle(bytes, Vector128.Create((byte)255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14));
        var before2 = Vector128.Shuffle(bytes, Vector128.Create((byte)255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
        var before3 = Vector128.Shuffle(bytes, Vector128.Create((byte)255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
        return Mistakes(bytes, before1, before2, before3) == Vector128<byte>.Zero;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ref byte text, nuint at) => Mistakes(ref text, at) == Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreFourValid(ref byte text, nuint at) =>
        (Mistakes(ref text, at) | Mistakes(ref text, at + (nuint)Size)
        | Mistakes(ref text, at + (2 * (nuint)Size)) | Mistakes(ref text, at + (3 * (nuint)Size))) == Vector128<byte>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasHighBit(Vector128<byte> bytes) => (bytes & Vector128.Create((byte)0x80)) != Vector128<byte>.Zero;

    // The bytes before each are loaded once more, one, two and three places lower: loads are cheaper than moving bytes between
    // vectors, and the code is the same on every machine.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Mistakes(ref byte text, nuint at) => Mistakes(
        Vector128.LoadUnsafe(ref text, at), Vector128.LoadUnsafe(ref text, at - 1),
        Vector128.LoadUnsafe(ref text, at - 2), Vector128.LoadUnsafe(ref text, at - 3));

    /// <summary>Not 0 at each byte with which the text cannot go on; see <see cref="Utf8Tables"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Mistakes(Vector128<byte> bytes, Vector128<byte> before1, Vector128<byte> before2, Vector128<byte> before3)
    {
        var pairs = LookUp(Utf8Tables.FirstHigh, (before1.AsUInt16() >>> 4).AsByte())
            & LookUp(Utf8Tables.FirstLow, before1)
            & LookUp(Utf8Tables.SecondHigh, (bytes.AsUInt16() >>> 4).AsByte());
        // A byte is due to be a third or fourth one exactly where it and the one before are both continuations.
        var due = Vector128.SubtractSaturate(before2, Vector128.Create(Utf8Tables.ThirdDue))
            | Vector128.SubtractSaturate(before3, Vector128.Create(Utf8Tables.FourthDue));
        return (due & Vector128.Create((byte)0x80)) ^ pairs;
    }

    /// <summary>Looks the low nibble of each byte up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LookUp(ReadOnlySpan<byte> table, Vector128<byte> index) =>
        Vector128.ShuffleNative(Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(table)), index & Vector128.Create((byte)0x0F));
}
