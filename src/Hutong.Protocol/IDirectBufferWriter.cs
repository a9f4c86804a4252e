using System.Buffers;

namespace Hutong.Protocol;

/// <summary>A buffer writer that can take many bytes at once from where they lie, such as a socket that is ready: no copy in between.</summary>
public interface IDirectBufferWriter : IBufferWriter<byte>
{
    /// <summary>Writes bytes. They may change as soon as this returns.</summary>
    /// <param name="bytes">The bytes.</param>
    void Write(ReadOnlySpan<byte> bytes);
}
