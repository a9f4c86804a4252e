namespace Hutong.Client.Internal;

/// <summary>A stream that is being sent: each piece is counted, and read only when there is room for it.</summary>
internal sealed class OutgoingStream(Stream inner, Func<CancellationToken, ValueTask> waitForRoom, Action<int> onRead) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await waitForRoom(cancellationToken).ConfigureAwait(false);
        int length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        onRead(length);
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
