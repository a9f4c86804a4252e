namespace Hutong.Protocol.Internal.Deflate;

/// <summary>A compressor: a raw deflate stream that is flushed at each message's end.</summary>
internal sealed unsafe class Deflater : IDisposable
{
    private readonly ZlibHandle _handle;

    public Deflater(DeflateParameters parameters)
    {
        Parameters = parameters;
        _handle = ZlibHandle.ForDeflate(parameters);
    }

    public DeflateParameters Parameters { get; }

    /// <summary>Compresses.</summary>
    /// <returns>Whether all input is taken and, if flushing, all output is out.</returns>
    public bool Run(ReadOnlySpan<byte> source, Span<byte> destination, int flush, out int consumed, out int written)
    {
        var stream = _handle.Stream;
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            stream->NextIn = input;
            stream->AvailableIn = (uint)source.Length;
            stream->NextOut = output;
            stream->AvailableOut = (uint)destination.Length;
            int result = Zlib.Deflate(stream, flush);
            consumed = source.Length - (int)stream->AvailableIn;
            written = destination.Length - (int)stream->AvailableOut;
            // "Nothing to do" is no failure: what was to be flushed went out with the last call.
            if (result is not (Zlib.Ok or Zlib.BufferError))
                throw new InvalidOperationException($"The compressor failed ({result}).");
            return stream->AvailableIn == 0 && stream->AvailableOut > 0;
        }
    }

    public void Dispose() => _handle.Dispose();
}
