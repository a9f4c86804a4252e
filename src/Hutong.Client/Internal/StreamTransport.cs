using System.IO.Pipelines;

namespace Hutong.Client.Internal;

/// <summary>
/// A stream as the pair of pipes of a connection. Only the connection's own pump reads it, and no caller's token gets here: a
/// cancelled read would kill the stream. The end of the output closes the stream: it knows no half.
/// </summary>
internal sealed class StreamTransport(Stream stream) : IDuplexPipe
{
    private const int ReadSize = 16 * 1024;

    // Zero-byte reads: an idle connection holds no buffer.
    public PipeReader Input { get; } =
        PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadSize, minimumReadSize: ReadSize / 4, leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: ReadSize, leaveOpen: false));
}
