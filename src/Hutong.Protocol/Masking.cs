using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hutong.Protocol;

/// <summary>
/// Masking (RFC 6455 §5.3): byte <c>i</c> of a payload is XORed with byte <c>i mod 4</c> of the key. Masking and unmasking are
/// the same. The widest vectors of the machine do the bulk; a remainder is done by one more vector that overlaps what
/// went before, because for small frames the tail is the work.
/// </summary>
public static class Masking
{
    /// <summary>Masks or unmasks in place.</summary>
    /// <param name="data">The payload, or the next piece of it.</param>
    /// <param name="key">The key in the order of memory, turned so that its first byte is for the first byte of <paramref name="data"/>.</param>
    /// <returns>The key turned for the byte after <paramref name="data"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Apply(Span<byte> data, uint key)
    {
        Apply(ref MemoryMarshal.GetReference(data), ref MemoryMarshal.GetReference(data), (nuint)(uint)data.Length, key);
        return Turn(key, data.Length);
    }

    /// <summary>Masks from one place into another, which is one pass instead of a copy and a pass.</summary>
    /// <param name="source">The plain payload, or the next piece of it.</param>
    /// <param name="destination">At least as long as <paramref name="source"/>; the two do not overlap.</param>
    /// <param name="key">As for the other overload.</param>
    /// <returns>The key turned for the byte after <paramref name="source"/>.</returns>
    public static uint Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint key)
    {
        if (destination.Length < source.Length)
            throw new ArgumentException("The destination is shorter than the source.", nameof(destination));
        Apply(ref MemoryMarshal.GetReference(source), ref MemoryMarshal.GetReference(destination), (nuint)(uint)source.Length, key);
        return Turn(key, source.Length);
    }

    /// <summary>Turns a key so that it fits a place further on in the payload.</summary>
    /// <param name="key">The key.</param>
    /// <param name="by">How many bytes further on.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Turn(uint key, int by) =>
        BitConverter.IsLittleEndian ? BitOperations.RotateRight(key, (by & 3) * 8) : BitOperations.RotateLeft(key, (by & 3) * 8);

    private static void Apply(ref byte source, ref byte destination, nuint length, uint key)
    {
        if (length >= 16)
        {
            if (Vector512.IsHardwareAccelerated && length >= 64)
                Wide512(ref source, ref destination, length, key);
            else if (Vector256.IsHardwareAccelerated && length >= 32)
                Wide256(ref source, ref destination, length, key);
            else
                Wide128(ref source, ref destination, length, key);
            return;
        }

        if (length >= 8)
        {
            // Two overlapping words. Both are read before either is written: in place, the overlap would be masked twice.
            ulong keys = key | ((ulong)key << 32);
            nuint last = length - 8;
            ulong head = Unsafe.ReadUnaligned<ulong>(ref source);
            ulong tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, last));
            Unsafe.WriteUnaligned(ref destination, head ^ keys);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, last), tail ^ Repeat(Turn(key, (int)last)));
        }
        else if (length >= 4)
        {
            nuint last = length - 4;
            uint head = Unsafe.ReadUnaligned<uint>(ref source);
            uint tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, last));
            Unsafe.WriteUnaligned(ref destination, head ^ key);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, last), tail ^ Turn(key, (int)last));
        }
        else
        {
            for (nuint i = 0; i < length; i++)
                Unsafe.Add(ref destination, i) = (byte)(Unsafe.Add(ref source, i) ^ (byte)Turn(key, (int)i & 3).FirstByte());
        }
    }

    private static byte FirstByte(this uint key) => (byte)(BitConverter.IsLittleEndian ? key : key >> 24);

    private static ulong Repeat(uint key) => key | ((ulong)key << 32);

    private static void Wide512(ref byte source, ref byte destination, nuint length, uint key)
    {
        var keys = Vector512.Create(key).AsByte();
        nuint last = length - 64;
        var tail = Vector512.LoadUnsafe(ref source, last) ^ Vector512.Create(Turn(key, (int)(last & 3))).AsByte();
        nuint i = 0;
        for (; i + 256 <= length; i += 256)
        {
            (Vector512.LoadUnsafe(ref source, i) ^ keys).StoreUnsafe(ref destination, i);
            (Vector512.LoadUnsafe(ref source, i + 64) ^ keys).StoreUnsafe(ref destination, i + 64);
            (Vector512.LoadUnsafe(ref source, i + 128) ^ keys).StoreUnsafe(ref destination, i + 128);
            (Vector512.LoadUnsafe(ref source, i + 192) ^ keys).StoreUnsafe(ref destination, i + 192);
        }

        for (; i < last; i += 64)
            (Vector512.LoadUnsafe(ref source, i) ^ keys).StoreUnsafe(ref destination, i);
        tail.StoreUnsafe(ref destination, last);
    }

    private static void Wide256(ref byte source, ref byte destination, nuint length, uint key)
    {
        var keys = Vector256.Create(key).AsByte();
        nuint last = length - 32;
        var tail = Vector256.LoadUnsafe(ref source, last) ^ Vector256.Create(Turn(key, (int)(last & 3))).AsByte();
        nuint i = 0;
        for (; i + 128 <= length; i += 128)
        {
            (Vector256.LoadUnsafe(ref source, i) ^ keys).StoreUnsafe(ref destination, i);
            (Vector256.LoadUnsafe(ref source, i + 32) ^ keys).StoreUnsafe(ref destination, i + 32);
            (Vector256.LoadUnsafe(ref source, i + 64) ^ keys).StoreUnsafe(ref destination, i + 64);
            (Vector256.LoadUnsafe(ref source, i + 96) ^ keys).StoreUnsafe(ref destination, i + 96);
        }

        for (; i < last; i += 32)
            (Vector256.LoadUnsafe(ref source, i) ^ keys).StoreUnsafe(ref destination, i);
        tail.StoreUnsafe(ref destination, last);
    }

    private static void Wide128(ref byte source, ref byte destination, nuint length, uint key)
    {
        var keys = Vector128.Create(key).AsByte();
        nuint last = length - 16;
        var tail = Vector128.LoadUnsafe(ref source, last) ^ Vector128.Create(Turn(key, (int)(last & 3))).AsByte();
        for (nuint i = 0; i < last; i += 16)
            (Vector128.LoadUnsafe(ref source, i) ^ keys).StoreUnsafe(ref destination, i);
        tail.StoreUnsafe(ref destination, last);
    }
}
