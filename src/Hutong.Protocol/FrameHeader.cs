using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hutong.Protocol;

/// <summary>
/// The header of one frame (RFC 6455 §5.2):
/// <code>
///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// |F|R|R|R| opcode|M| length (7)  | length (16 or 64)             |
/// |I|S|S|S|  (4)  |A|             |   if length (7) is 126 or 127 |
/// |N|1|2|3|       |S|             |                               |
/// +-+-+-+-+-------+-+-------------+-------------------------------+
/// | masking key (32), if MASK is set                              |
/// +---------------------------------------------------------------+
/// </code>
/// </summary>
public readonly struct FrameHeader
{
    /// <summary>The longest header: two bytes, a 64-bit length and a masking key.</summary>
    public const int MaxSize = 14;

    /// <summary>The longest payload of a control frame (RFC 6455 §5.5).</summary>
    public const int MaxControlPayload = 125;

    internal const byte FinBit = 0x80;
    internal const byte Rsv1Bit = 0x40;
    internal const byte RsvBits = 0x70;
    internal const byte OpcodeBits = 0x0F;
    internal const byte MaskBit = 0x80;
    internal const byte ControlBit = 0x08;

    private readonly byte _first;
    private readonly byte _size;

    /// <summary>Makes a header to be written.</summary>
    /// <param name="opcode">What the frame carries.</param>
    /// <param name="payloadLength">The payload's length in bytes, 0 to 2^63−1.</param>
    /// <param name="fin">Whether this is the last frame of its message.</param>
    /// <param name="rsv1">Whether an extension marks the message.</param>
    /// <param name="maskingKey">The masking key, in the order of memory; null for a frame from a server.</param>
    public FrameHeader(Opcode opcode, long payloadLength, bool fin = true, bool rsv1 = false, uint? maskingKey = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        _first = (byte)((byte)opcode | (fin ? FinBit : 0) | (rsv1 ? Rsv1Bit : 0));
        PayloadLength = payloadLength;
        IsMasked = maskingKey is not null;
        MaskingKey = maskingKey.GetValueOrDefault();
        _size = (byte)SizeOf(payloadLength, IsMasked);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FrameHeader(byte first, bool masked, uint maskingKey, long payloadLength, int size)
    {
        _first = first;
        IsMasked = masked;
        MaskingKey = maskingKey;
        PayloadLength = payloadLength;
        _size = (byte)size;
    }

    /// <summary>Whether this is the last frame of its message.</summary>
    public bool Fin => (_first & FinBit) != 0;

    /// <summary>Whether RSV1 is set: a negotiated extension marks the message.</summary>
    public bool Rsv1 => (_first & Rsv1Bit) != 0;

    /// <summary>What the frame carries.</summary>
    public Opcode Opcode => (Opcode)(_first & OpcodeBits);

    /// <summary>Whether the payload is masked.</summary>
    public bool IsMasked { get; }

    /// <summary>The masking key, its four bytes in the order of memory; 0 if the frame is not masked.</summary>
    public uint MaskingKey { get; }

    /// <summary>The payload's length in bytes.</summary>
    public long PayloadLength { get; }

    /// <summary>The header's own length in bytes, 2 to 14.</summary>
    public int Size => _size;

    internal byte First => _first;

    /// <summary>The length in bytes of a header.</summary>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    /// <param name="masked">Whether there is a masking key.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(long payloadLength, bool masked) =>
        (payloadLength <= 125 ? 2 : payloadLength <= ushort.MaxValue ? 4 : 10) + (masked ? 4 : 0);

    /// <summary>
    /// Reads a header. Errors show as early as they can be known: an opcode at the first byte, a length of a control frame at
    /// the second. What depends on the connection (masking by role, reserved bits, order of fragments, sizes) is left to
    /// <see cref="Receiver"/>.
    /// </summary>
    /// <param name="source">Bytes that begin with the header.</param>
    /// <param name="header">The header, if the result is <see cref="OperationStatus.Done"/>.</param>
    /// <param name="error">What is wrong, if the result is <see cref="OperationStatus.InvalidData"/>.</param>
    /// <returns><c>Done</c>, <c>NeedMoreData</c> or <c>InvalidData</c>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out FrameHeader header, out ProtocolError? error)
    {
        // Nearly every frame takes this way: a data opcode, a 7-bit length, and the whole header at hand.
        if (source.Length >= 6 && (source[0] & OpcodeBits) <= (byte)Opcode.Binary && (source[1] & 0x7F) < 126)
        {
            byte second = source[1];
            bool masked = (second & MaskBit) != 0;
            uint key = masked ? MemoryMarshal.Read<uint>(source[2..]) : 0;
            header = new FrameHeader(source[0], masked, key, second & 0x7F, masked ? 6 : 2);
            error = null;
            return OperationStatus.Done;
        }

        return TryReadAny(source, out header, out error);
    }

    /// <summary>Writes the header.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Write(Span<byte> destination)
    {
        byte mask = IsMasked ? MaskBit : (byte)0;
        destination[0] = _first;
        int at = 2;
        if (PayloadLength <= 125)
        {
            destination[1] = (byte)(mask | (byte)PayloadLength);
        }
        else if (PayloadLength <= ushort.MaxValue)
        {
            destination[1] = (byte)(mask | 126);
            BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)PayloadLength);
            at = 4;
        }
        else
        {
            destination[1] = (byte)(mask | 127);
            BinaryPrimitives.WriteUInt64BigEndian(destination[2..], (ulong)PayloadLength);
            at = 10;
        }

        if (IsMasked)
        {
            MemoryMarshal.Write(destination[at..], MaskingKey);
            at += 4;
        }

        return at;
    }

    private static OperationStatus TryReadAny(ReadOnlySpan<byte> source, out FrameHeader header, out ProtocolError? error)
    {
        header = default;
        error = null;
        if (source.IsEmpty)
            return OperationStatus.NeedMoreData;

        byte first = source[0];
        bool control = (first & ControlBit) != 0;
        if ((first & OpcodeBits) is (> 2 and < 8) or > 10)
            return Invalid(ProtocolError.ReservedOpcode, out error);
        if (control && (first & FinBit) == 0)
            return Invalid(ProtocolError.FragmentedControl, out error);
        if (source.Length < 2)
            return OperationStatus.NeedMoreData;

        bool masked = (source[1] & MaskBit) != 0;
        long length = source[1] & 0x7F;
        if (control && length > MaxControlPayload)
            return Invalid(ProtocolError.ControlTooLong, out error);

        int size = 2;
        if (length == 126)
        {
            size = 4;
            if (source.Length < size)
                return OperationStatus.NeedMoreData;
            length = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
            if (length < 126)
                return Invalid(ProtocolError.LengthNotMinimal, out error);
        }
        else if (length == 127)
        {
            // "the most significant bit MUST be 0" (RFC 6455 §5.2): known at the third byte.
            if (source.Length > 2 && (source[2] & 0x80) != 0)
                return Invalid(ProtocolError.LengthTopBit, out error);
            size = 10;
            if (source.Length < size)
                return OperationStatus.NeedMoreData;
            length = (long)BinaryPrimitives.ReadUInt64BigEndian(source[2..]);
            if (length <= ushort.MaxValue)
                return Invalid(ProtocolError.LengthNotMinimal, out error);
        }

        // The length is known before the key is: give the receiver the chance to refuse it now.
        uint key = 0;
        bool whole = true;
        if (masked)
        {
            whole = source.Length >= size + 4;
            if (whole)
                key = MemoryMarshal.Read<uint>(source[size..]);
            size += 4;
        }

        header = new FrameHeader(first, masked, key, length, size);
        return whole ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    private static OperationStatus Invalid(ProtocolError why, out ProtocolError? error)
    {
        error = why;
        return OperationStatus.InvalidData;
    }
}
