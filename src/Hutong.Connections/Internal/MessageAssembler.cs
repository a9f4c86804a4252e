namespace Hutong.Connections.Internal;

/// <summary>Puts the pieces of a message together in one rented buffer. It grows with what came, never with what was announced.</summary>
internal struct MessageAssembler
{
    private const int FirstSize = 4096;
    private byte[]? _buffer;
    private int _length;

    public void Append(ReadOnlySpan<byte> piece)
    {
        int needed = checked(_length + piece.Length);
        if (_buffer is null)
        {
            _buffer = BufferPool.Rent(Math.Max(needed, FirstSize));
        }
        else if (_buffer.Length < needed)
        {
            byte[] larger = BufferPool.Rent((int)Math.Max(needed, Math.Min(2L * _buffer.Length, Array.MaxLength)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            BufferPool.Return(_buffer);
            _buffer = larger;
        }

        piece.CopyTo(_buffer.AsSpan(_length));
        _length = needed;
    }

    /// <summary>Hands over the buffer; whoever takes it returns it.</summary>
    public byte[] Take(out int length)
    {
        byte[] buffer = _buffer ?? BufferPool.Rent(1);
        length = _length;
        _buffer = null;
        _length = 0;
        return buffer;
    }

    public void Drop()
    {
        if (_buffer is not null)
            BufferPool.Return(Take(out _));
    }
}
