using System.Buffers;

namespace Hutong.Connections.Internal;

/// <summary>Rented segments that are written to while the real writer is busy, and given back when it has taken them.</summary>
internal sealed class SegmentBuffer
{
    private const int SegmentSize = 4096;
    private readonly List<(byte[] Bytes, int Used)> _full = [];
    private byte[]? _current;
    private int _used;

    public long Length { get; private set; }

    public Memory<byte> GetMemory(int sizeHint)
    {
        if (_current is null || _current.Length - _used < Math.Max(sizeHint, 1))
        {
            if (_current is not null)
                _full.Add((_current, _used));
            // Grown with what is there: a slow reader's megabytes are not thousands of pages.
            _current = BufferPool.Rent((int)Math.Max(sizeHint, Math.Clamp(Length, SegmentSize, 256 * 1024)));
            _used = 0;
        }

        return _current.AsMemory(_used);
    }

    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    public void MoveTo(IBufferWriter<byte> output)
    {
        foreach (var (bytes, used) in _full)
            output.Write(bytes.AsSpan(0, used));
        if (_current is not null)
            output.Write(_current.AsSpan(0, _used));
        Clear();
    }

    public void Clear()
    {
        foreach (var (bytes, _) in _full)
            BufferPool.Return(bytes);
        _full.Clear();
        if (_current is not null)
            BufferPool.Return(_current);
        _current = null;
        _used = 0;
        Length = 0;
    }
}
