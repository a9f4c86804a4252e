using System.Buffers;

namespace Hutong.Transport.Internal;

/// <summary>Bytes that the socket has not taken, in rented segments, in order. It holds no segment when it is empty.</summary>
internal sealed class Backlog
{
    private const int FirstSegment = 4 * 1024;
    private const int LargestSegment = 256 * 1024;

    // The segments before the last one; of the first of all, the bytes before _start have been sent.
    private Queue<(byte[] Bytes, int End)>? _full;
    private byte[]? _last;
    private int _start;
    private int _end;

    public long Length { get; private set; }

    /// <summary>The first bytes in order, as many as lie together.</summary>
    public ReadOnlySpan<byte> First =>
        _full is { Count: > 0 } ? _full.Peek().Bytes.AsSpan(_start, _full.Peek().End - _start) : _last.AsSpan(_start, _end - _start);

    public Memory<byte> GetMemory(int sizeHint)
    {
        int size = Math.Max(sizeHint, 1);
        if (_last is null || _last.Length - _end < size)
        {
            if (_last is not null && _end > 0)
                (_full ??= new()).Enqueue((_last, _end));
            else if (_last is not null)
                ArrayPool<byte>.Shared.Return(_last);
            // Grown with what is there: a slow reader's megabytes are not thousands of pages.
            _last = ArrayPool<byte>.Shared.Rent((int)Math.Max(size, Math.Clamp(Length, FirstSegment, LargestSegment)));
            _end = 0;
        }

        return _last.AsMemory(_end);
    }

    public void Advance(int count)
    {
        _end += count;
        Length += count;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var span = GetMemory(Math.Min(bytes.Length, LargestSegment)).Span;
            int count = Math.Min(span.Length, bytes.Length);
            bytes[..count].CopyTo(span);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>Drops the first bytes: they have been sent.</summary>
    /// <param name="count">How many; at most the length of <see cref="First"/>.</param>
    public void Skip(int count)
    {
        Length -= count;
        _start += count;
        if (_full is { Count: > 0 })
        {
            if (_start < _full.Peek().End)
                return;
            ArrayPool<byte>.Shared.Return(_full.Dequeue().Bytes);
            _start = 0;
        }
        else if (_start == _end)
        {
            ReleaseLast();
        }
    }

    public void Clear()
    {
        while (_full?.TryDequeue(out var segment) == true)
            ArrayPool<byte>.Shared.Return(segment.Bytes);
        ReleaseLast();
        Length = 0;
    }

    private void ReleaseLast()
    {
        if (_last is not null)
            ArrayPool<byte>.Shared.Return(_last);
        _last = null;
        _start = _end = 0;
    }
}
