namespace Hutong.Protocol.Internal.Deflate;

/// <summary>A decompressor for raw deflate.</summary>
internal sealed unsafe class Inflater : IDisposable
{
    private readonly ZlibHandle _handle;

    public Inflater(int windowBits)
    {
        WindowBits = windowBits;
        _handle = ZlibHandle.ForInflate(windowBits);
    }

    public int WindowBits { get; }

    /// <summary>Whether a deflate stream has ended and nothing has come since.</summary>
    public bool JustEnded { get; private set; }

    /// <summary>Decompresses.</summary>
    /// <returns>False if the data is not deflate. Whether more output waits shows by the destination being full.</returns>
    public bool Run(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        var stream = _handle.Stream;
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            while (true)
            {
                stream->NextIn = input + consumed;
                stream->AvailableIn = (uint)(source.Length - consumed);
                stream->NextOut = output + written;
                stream->AvailableOut = (uint)(destination.Length - written);
                int result = Zlib.Inflate(stream, Zlib.NoFlush);
                int took = source.Length - consumed - (int)stream->AvailableIn;
                consumed += took;
                JustEnded &= took == 0;
                written = destination.Length - (int)stream->AvailableOut;
                if (result == Zlib.StreamEnd)
                {
                    // A block with BFINAL ends a deflate stream but not the message (RFC 7692 §7.2.3.4): what follows is a new stream.
                    Reset();
                    JustEnded = true;
                    if (consumed < source.Length && written < destination.Length)
                        continue;
                    return true;
                }

                return result is Zlib.Ok or Zlib.BufferError;
            }
        }
    }

    /// <summary>Forgets what it has seen.</summary>
    public void Reset()
    {
        JustEnded = false;
        _ = Zlib.InflateReset(_handle.Stream, WindowBits);
    }

    public void Dispose() => _handle.Dispose();
}
