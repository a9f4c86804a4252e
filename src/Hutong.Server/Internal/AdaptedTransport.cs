using System.Buffers;
using System.IO.Pipelines;

namespace Hutong.Server.Internal;

/// <summary>
/// Pipes over a stream over the server's own pipes: TLS, connection logging. Completing the socket's own output closes the socket, and
/// with it the input; completing an adapter's does neither, and the connection would stay until the client ends it, though "the server MUST
/// close the TCP connection first" (RFC 6455 §7.1.1). So the end of the output ends the input here; the server below does the rest as soon
/// as the request is over.
/// </summary>
internal sealed class AdaptedTransport : IDuplexPipe
{
    private static readonly Type SocketWriter = new Pipe().Writer.GetType();

    private AdaptedTransport(IDuplexPipe transport)
    {
        var reader = new Reader(transport.Input);
        Input = reader;
        Output = new Writer(transport.Output, reader);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>The transport itself, if its end reaches the socket.</summary>
    public static IDuplexPipe For(IDuplexPipe transport) =>
        transport.Output.GetType() == SocketWriter ? transport : new AdaptedTransport(transport);

    private sealed class Reader(PipeReader inner) : PipeReader
    {
        private volatile bool _ended;
        private bool _endReported;

        public void End()
        {
            _ended = true;
            inner.CancelPendingRead();
        }

        // A read that is under way when the end comes is cancelled, and the next one says why.
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            if (!_ended)
                return inner.ReadAsync(cancellationToken);
            _endReported = true;
            return new(new ReadResult(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true));
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!_endReported)
                inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }

    private sealed class Writer(PipeWriter inner, Reader reader) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            inner.Complete(exception);
            reader.End();
        }

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            await inner.CompleteAsync(exception).ConfigureAwait(false);
            reader.End();
        }
    }
}
