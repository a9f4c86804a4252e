using System.IO.Pipelines;

namespace Hutong.Testing;

/// <summary>The sender's end of a link: tells the link what was flushed, and when.</summary>
sealed class DuplexLinkWriter(DuplexLink link) : PipeWriter
{
    readonly PipeWriter _inner = link.Writer;
    long _unflushed;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override void Advance(int bytes)
    {
        _inner.Advance(bytes);
        _unflushed += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => _inner.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        // Decided here and not in the pipe, so that it is certain that the bytes of this flush have not gone.
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        try
        {
            var flush = _inner.FlushAsync(cancellationToken);
            Flushed();
            return flush;
        }
        catch (IOException)
        {
            // Reset: these bytes went nowhere and must not be counted when the writer is completed.
            _unflushed = 0;
            throw;
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null) link.ResetConnection(exception);
        _inner.Complete();
        Flushed();
        link.SenderCompleted();
    }

    void Flushed()
    {
        var bytes = _unflushed;
        _unflushed = 0;
        if (bytes > 0) link.Flushed(bytes);
    }
}
