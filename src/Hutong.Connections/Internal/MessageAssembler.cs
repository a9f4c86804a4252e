namespace Hutong.Connections.Internal;

/// <summary>Puts the pieces of a message together in one rented buffer. It grows with what came, and with what was announced only so far.</summary>
internal struct MessageAssembler
{
    private const int FirstSize = 4096;

    // So many times what has come is reserved at most for what is announced: a header alone costs a peer nothing, bytes do.
    private const int Trust = 4;
    private byte[]? _buffer;
    private int _length;

    /// <summary>Appends a piece.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="announced">How many more bytes are to come, as the peer says.</param>
    public void Append(ReadOnlySpan<byte> piece, long announced)
    {
        int needed = checked(_length + piece.Length);
        long wanted = Math.Min(needed + announced, (long)Trust * needed);
        if (_buffer is null)
        {
            _buffer = BufferPool.Rent((int)Math.Min(Math.Max(wanted, FirstSize), Array.MaxLength));
        }
        else if (_buffer.Length < needed)
        {
            byte[] larger = BufferPool.Rent((int)Math.Min(Math.Max(wanted, 2L * _buffer.Length), Array.MaxLength));
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
