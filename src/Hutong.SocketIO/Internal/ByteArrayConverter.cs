using System.Runtime.InteropServices;

namespace Hutong.SocketIO.Internal;

/// <summary>As an array.</summary>
internal sealed class ByteArrayConverter : BinaryConverter<byte[]>
{
    protected override byte[] Make(ReadOnlyMemory<byte> data) =>
        MemoryMarshal.TryGetArray(data, out var segment) && segment.Array!.Length == segment.Count ? segment.Array : data.ToArray();

    protected override ReadOnlyMemory<byte> DataOf(byte[] value) => value;
}
