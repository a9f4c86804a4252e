using System.Buffers;

namespace Hutong.SocketIO.Internal;

/// <summary>A buffer of this thread's, in which a packet is put together.</summary>
internal readonly ref struct PacketBuffer
{
    private const int Kept = 64 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _free;

    private PacketBuffer(ArrayBufferWriter<byte> writer) => Writer = writer;

    public ArrayBufferWriter<byte> Writer { get; }

    public static PacketBuffer Rent()
    {
        var writer = _free ?? new ArrayBufferWriter<byte>(512);
        _free = null;
        writer.ResetWrittenCount();
        return new PacketBuffer(writer);
    }

    public void Dispose()
    {
        if (Writer.Capacity <= Kept)
            _free = Writer;
    }
}
