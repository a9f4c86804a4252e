using System.Buffers;

namespace Hutong.Connections.Internal;

/// <summary>The shared array pool, with poison for those who use bytes that they no longer own.</summary>
internal static class BufferPool
{
    public static readonly bool Poisons = AppContext.TryGetSwitch("Hutong.PoisonReturnedBuffers", out bool on) ? on :
#if DEBUG
        true;
#else
        false;
#endif

    public static byte[] Rent(int length) => ArrayPool<byte>.Shared.Rent(length);

    public static void Return(byte[] buffer)
    {
        Poison(buffer);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Overwrites bytes whose time is over, where they lie.</summary>
    public static void Poison(Span<byte> bytes)
    {
        if (Poisons)
            bytes.Fill(0xDD);
    }
}
