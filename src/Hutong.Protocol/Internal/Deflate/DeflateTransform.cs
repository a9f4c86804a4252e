using System.Buffers;

namespace Hutong.Protocol.Internal.Deflate;

/// <summary>permessage-deflate on one connection (RFC 7692 §7.2).</summary>
internal sealed class DeflateTransform(DeflateAgreement agreement, int threshold) : IMessageTransform
{
    // Every message ends with an empty stored block whose last four bytes are left out on the wire (RFC 7692 §7.2.1).
    private const int TailLength = 4;

    private readonly byte[] _held = new byte[TailLength];
    private Deflater? _deflater;
    private int _heldLength;
    private bool _encodedAny;

    private Inflater? _inflater;
    private int _tailFed;

    private static ReadOnlySpan<byte> Tail => [0x00, 0x00, 0xFF, 0xFF];

    public int Threshold => threshold;

    // Without a context, what is compressed for one is right for all who agreed on the same; with one it is right for nobody else.
    public object? SharedEncoding => agreement.EncodeTakeover ? null : agreement.Encode;

    public OperationStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written)
    {
        _inflater ??= agreement.DecodeTakeover ? new Inflater(agreement.DecodeWindowBits) : DeflatePool.RentInflater(agreement.DecodeWindowBits);
        if (!_inflater.Run(source, destination, out consumed, out written))
            return OperationStatus.InvalidData;
        // A full destination may be hiding more; zlib must not be called without room.
        if (written == destination.Length)
            return OperationStatus.DestinationTooSmall;
        if (!endOfMessage)
            return OperationStatus.Done;
        if (!FeedTail(destination, ref written))
            return OperationStatus.InvalidData;
        if (written == destination.Length)
            return OperationStatus.DestinationTooSmall;
        EndDecode();
        return OperationStatus.Done;
    }

    public OperationStatus Encode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written)
    {
        if (endOfMessage && source.IsEmpty && !_encodedAny)
        {
            // Nothing to flush: an empty message is one empty block (RFC 7692 §7.2.3.6).
            destination[0] = 0;
            consumed = 0;
            written = 1;
            return OperationStatus.Done;
        }

        _deflater ??= agreement.EncodeTakeover ? new Deflater(agreement.Encode) : DeflatePool.RentDeflater(agreement.Encode);
        _encodedAny = true;
        _held.AsSpan(0, _heldLength).CopyTo(destination);
        // A full flush forgets the context, which is what lets the next message, of whatever connection, use the same compressor.
        int flush = !endOfMessage ? Zlib.NoFlush : agreement.EncodeTakeover ? Zlib.SyncFlush : Zlib.FullFlush;
        bool done = _deflater.Run(source, destination[_heldLength..], flush, out consumed, out int compressed);
        int total = _heldLength + compressed;

        // The last four bytes so far may turn out to be the tail: they are held back until more comes, or left out at the end.
        int hold = Math.Min(total, TailLength);
        written = total - hold;
        destination.Slice(written, hold).CopyTo(_held);
        _heldLength = hold;
        if (!done)
            return OperationStatus.DestinationTooSmall;
        if (endOfMessage)
            EndEncode();
        return OperationStatus.Done;
    }

    public void Dispose()
    {
        _deflater?.Dispose();
        _deflater = null;
        _inflater?.Dispose();
        _inflater = null;
    }

    /// <summary>Adds the four bytes that the peer left out, unless a block with BFINAL has just ended the stream and no more is needed.</summary>
    private bool FeedTail(Span<byte> destination, ref int written)
    {
        if (_inflater!.JustEnded || _tailFed == TailLength)
            return true;
        bool valid = _inflater.Run(Tail[_tailFed..], destination[written..], out int fed, out int more);
        _tailFed += fed;
        written += more;
        return valid && (_tailFed == TailLength || written == destination.Length);
    }

    private void EndEncode()
    {
        _heldLength = 0;
        _encodedAny = false;
        if (agreement.EncodeTakeover)
            return;
        DeflatePool.Return(_deflater!);
        _deflater = null;
    }

    private void EndDecode()
    {
        _tailFed = 0;
        if (agreement.DecodeTakeover)
            return;
        DeflatePool.Return(_inflater!);
        _inflater = null;
    }
}
