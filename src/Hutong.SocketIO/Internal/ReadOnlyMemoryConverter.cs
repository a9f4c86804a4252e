namespace Hutong.SocketIO.Internal;

/// <summary>As memory that is read.</summary>
internal sealed class ReadOnlyMemoryConverter : BinaryConverter<ReadOnlyMemory<byte>>
{
    protected override ReadOnlyMemory<byte> Make(ReadOnlyMemory<byte> data) => data;

    protected override ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> value) => value;
}
