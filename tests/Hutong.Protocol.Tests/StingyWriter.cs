using System.Buffers;

namespace Hutong.Protocol;

/// <summary>A writer that gives no more room than it must: what is asked for, or seven bytes.</summary>
internal sealed class StingyWriter : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _span = [];

    public byte[] ToArray() => [.. _written];

    public void Advance(int count) => _written.AddRange(_span.AsSpan(0, count));

    public Memory<byte> GetMemory(int sizeHint = 0) => _span = new byte[sizeHint == 0 ? 7 : sizeHint];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
