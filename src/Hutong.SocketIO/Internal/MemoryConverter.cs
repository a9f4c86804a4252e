namespace Hutong.SocketIO.Internal;

/// <summary>As memory that may be written.</summary>
internal sealed class MemoryConverter : BinaryConverter<Memory<byte>>
{
    protected override Memory<byte> Make(ReadOnlyMemory<byte> data) => data.ToArray();

    protected override ReadOnlyMemory<byte> DataOf(Memory<byte> value) => value;
}
