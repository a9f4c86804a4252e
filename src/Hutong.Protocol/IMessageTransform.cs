using System.Buffers;

namespace Hutong.Protocol;

/// <summary>
/// What a negotiated extension does to the payload of messages that RSV1 marks (RFC 6455 §9; RFC 7692 is the known use).
/// One instance serves one connection. <see cref="Decode"/> is called by the receiving side only and <see cref="Encode"/> by
/// the sending side only; the two may run at the same time.
/// </summary>
/// <remarks>
/// Both work in the manner of <see cref="OperationStatus"/>: they take what they can from the source, fill the destination, and say
/// <c>Done</c> (source used up; with <c>endOfMessage</c>, the message is out), <c>DestinationTooSmall</c> (call again with the
/// rest of the source and a fresh destination) or <c>InvalidData</c> (decoding only). Bounded destinations are what bounds inflation.
/// </remarks>
public interface IMessageTransform : IDisposable
{
    /// <summary>Whole messages below this many bytes are sent plain. 0 unless said otherwise.</summary>
    int Threshold => 0;

    /// <summary>
    /// What makes two connections' encodings of a message the same, compared by <see cref="object.Equals(object)"/>; null if an encoding depends
    /// on what the connection sent before, and so is good for no other. Null unless said otherwise.
    /// </summary>
    object? SharedEncoding => null;

    /// <summary>Turns wire bytes into message bytes.</summary>
    /// <param name="source">The next wire bytes of the message.</param>
    /// <param name="destination">Where the message bytes go; never empty.</param>
    /// <param name="endOfMessage">Whether the message's wire bytes end with this source.</param>
    /// <param name="consumed">The source bytes taken.</param>
    /// <param name="written">The destination bytes filled.</param>
    OperationStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written);

    /// <summary>Turns message bytes into wire bytes.</summary>
    /// <param name="source">The next bytes of the message.</param>
    /// <param name="destination">Where the wire bytes go; never empty.</param>
    /// <param name="endOfMessage">Whether the message ends with this source.</param>
    /// <param name="consumed">The source bytes taken.</param>
    /// <param name="written">The destination bytes filled.</param>
    OperationStatus Encode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written);
}
