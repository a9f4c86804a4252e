using System.Buffers;

namespace Hutong.Fuzz;

/// <summary>
/// An extension that is as awkward as <see cref="IMessageTransform"/> allows. By default it changes nothing; it can repeat each byte,
/// write little at a time, take little at a time, take a byte without writing, and find bytes that it cannot decode.
/// </summary>
public sealed class AwkwardTransform : IMessageTransform
{
    private Side _decoding;
    private Side _encoding;

    /// <summary>How often each byte is written.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>Each byte is XORed with this; not 0, so that a message which was not transformed is noticed.</summary>
    public byte Xor { get; init; } = 0x5A;

    /// <summary>The most to write in one call.</summary>
    public int MaxWritten { get; init; } = int.MaxValue;

    /// <summary>The most to take in one call.</summary>
    public int MaxConsumed { get; init; } = int.MaxValue;

    /// <summary>Whether every other call takes one byte and writes nothing.</summary>
    public bool Swallows { get; init; }

    /// <summary>A byte that cannot be decoded.</summary>
    public byte? Poison { get; init; }

    /// <summary>How often this object was disposed.</summary>
    public int Disposed { get; private set; }

    public OperationStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written) =>
        Run(ref _decoding, source, destination, Poison, out consumed, out written);

    public OperationStatus Encode(ReadOnlySpan<byte> source, Span<byte> destination, bool endOfMessage, out int consumed, out int written) =>
        Run(ref _encoding, source, destination, null, out consumed, out written);

    public void Dispose() => Disposed++;

    private OperationStatus Run(ref Side side, ReadOnlySpan<byte> source, Span<byte> destination, byte? poison, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        Claim.That(!destination.IsEmpty, "the destination is never empty");
        bool swallow = Swallows && !side.Swallowed && side.Left == 0 && !source.IsEmpty;
        side.Swallowed = swallow;
        int room = swallow ? 0 : Math.Min(destination.Length, MaxWritten);
        while (true)
        {
            while (side.Left > 0 && written < room)
            {
                destination[written++] = side.Pending;
                side.Left--;
            }

            if (side.Left > 0)
                return OperationStatus.DestinationTooSmall;
            if (consumed == source.Length)
                return OperationStatus.Done;
            if (consumed == MaxConsumed)
                return OperationStatus.DestinationTooSmall;
            if (source[consumed] == poison)
                return OperationStatus.InvalidData;
            side.Pending = (byte)(source[consumed++] ^ Xor);
            side.Left = Repeat;
        }
    }

    private struct Side
    {
        public byte Pending;
        public int Left;
        public bool Swallowed;
    }
}
