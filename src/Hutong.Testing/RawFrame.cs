using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hutong.Testing;

/// <summary>
/// A WebSocket frame as it stood on the wire. It is written for tests and shares no code with any protocol engine; it
/// judges nothing.
/// </summary>
public sealed class RawFrame
{
    // Throws on what is not UTF-8: a test must not compare replacement characters.
    static readonly UTF8Encoding s_utf8 = new(false, throwOnInvalidBytes: true);

    RawFrame(byte first, uint? maskKey, RawLengthForm lengthForm, byte[] payload)
    {
        Fin = (first & 0x80) != 0;
        Rsv = (byte)((first >> 4) & 7);
        Opcode = (byte)(first & 15);
        MaskKey = maskKey;
        LengthForm = lengthForm;
        Payload = payload;
    }

    /// <summary>Whether this is the last frame of its message.</summary>
    public bool Fin { get; }

    /// <summary>The three reserved bits as a number: RSV1 is 4, RSV2 is 2, RSV3 is 1.</summary>
    public byte Rsv { get; }

    /// <summary>The opcode, 0 to 15.</summary>
    public byte Opcode { get; }

    /// <summary>Whether the payload was masked.</summary>
    public bool Masked => MaskKey is not null;

    /// <summary>The masking key, its first byte on the wire the most significant; null when not masked.</summary>
    public uint? MaskKey { get; }

    /// <summary>The form in which the length was written; never <see cref="RawLengthForm.Minimal"/>.</summary>
    public RawLengthForm LengthForm { get; }

    /// <summary>The payload, unmasked.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The payload as UTF-8.</summary>
    /// <exception cref="PeerExpectationException">It is not UTF-8.</exception>
    public string Text => Decode(Payload.Span);

    /// <summary>The first two bytes of the payload as a close code; null when there are fewer.</summary>
    public ushort? CloseCode => Payload.Length < 2 ? null : BinaryPrimitives.ReadUInt16BigEndian(Payload.Span);

    /// <summary>The payload behind the close code as UTF-8; empty when there is none.</summary>
    /// <exception cref="PeerExpectationException">It is not UTF-8.</exception>
    public string CloseReason => Payload.Length <= 2 ? "" : Decode(Payload.Span[2..]);

    /// <summary>Describes the frame for a failure message.</summary>
    public override string ToString()
    {
        var shown = Payload.Span[..Math.Min(Payload.Length, 32)];
        return $"frame opcode 0x{Opcode:X} fin={(Fin ? 1 : 0)} rsv={Rsv} {(Masked ? "masked" : "unmasked")}, {Payload.Length} bytes"
            + (shown.IsEmpty ? "" : $" {Convert.ToHexString(shown)}{(shown.Length < Payload.Length ? "…" : "")}")
            + (Opcode == 8 && CloseCode is { } code ? $" (close {code})" : "");
    }

    /// <summary>Writes a frame, valid or not.</summary>
    /// <param name="opcode">0 to 15.</param>
    /// <param name="payload">The payload, unmasked.</param>
    /// <param name="fin">Whether it is the last frame of its message.</param>
    /// <param name="rsv">The reserved bits, 0 to 7; RSV1 is 4.</param>
    /// <param name="maskKey">The key to mask with; null for an unmasked frame.</param>
    /// <param name="lengthForm">How the length is written.</param>
    /// <returns>The bytes of the frame.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number does not fit its field, or the payload not its length form.
    /// </exception>
    public static byte[] Encode(
        byte opcode,
        ReadOnlySpan<byte> payload,
        bool fin = true,
        byte rsv = 0,
        uint? maskKey = null,
        RawLengthForm lengthForm = RawLengthForm.Minimal)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opcode, 15);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rsv, 7);
        if (lengthForm == RawLengthForm.Minimal)
            lengthForm = payload.Length <= 125 ? RawLengthForm.Bits7 : payload.Length <= 0xffff ? RawLengthForm.Bits16 : RawLengthForm.Bits64;

        var bytes = new List<byte>(payload.Length + 14) { (byte)((fin ? 0x80 : 0) | rsv << 4 | opcode) };
        var maskBit = (byte)(maskKey is null ? 0 : 0x80);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, (ulong)payload.Length);
        switch (lengthForm)
        {
            case RawLengthForm.Bits7 when payload.Length <= 125:
                bytes.Add((byte)(maskBit | payload.Length));
                break;
            case RawLengthForm.Bits16 when payload.Length <= 0xffff:
                bytes.Add((byte)(maskBit | 126));
                bytes.AddRange(number[6..]);
                break;
            case RawLengthForm.Bits64:
                bytes.Add((byte)(maskBit | 127));
                bytes.AddRange(number);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(lengthForm), lengthForm, $"{payload.Length} bytes do not fit this form.");
        }
        if (maskKey is { } key)
        {
            BinaryPrimitives.WriteUInt32BigEndian(number, key);
            bytes.AddRange(number[..4]);
        }
        var start = bytes.Count;
        bytes.AddRange(payload);
        if (maskKey is { } mask) Mask(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes)[start..], mask);
        return [.. bytes];
    }

    /// <summary>Reads one frame off the front of the bytes; returns null when it is not complete.</summary>
    internal static RawFrame? TryRead(ref SequenceReader<byte> reader)
    {
        if (!reader.TryRead(out var first) || !reader.TryRead(out var second)) return null;
        var form = (second & 0x7f) switch { 126 => RawLengthForm.Bits16, 127 => RawLengthForm.Bits64, _ => RawLengthForm.Bits7 };
        var length = (ulong)(second & 0x7f);
        if (form != RawLengthForm.Bits7 && !TryReadNumber(ref reader, form == RawLengthForm.Bits16 ? 2 : 8, out length)) return null;
        uint? key = null;
        if ((second & 0x80) != 0)
        {
            if (!TryReadNumber(ref reader, 4, out var mask)) return null;
            key = (uint)mask;
        }
        if (length > (ulong)Array.MaxLength) throw new PeerExpectationException($"expected a frame that fits memory, got one of {length} bytes");
        if ((ulong)reader.Remaining < length) return null;
        var payload = reader.UnreadSequence.Slice(0, (long)length).ToArray();
        reader.Advance((long)length);
        if (key is { } unmask) Mask(payload, unmask);
        return new RawFrame(first, key, form, payload);
    }

    static bool TryReadNumber(ref SequenceReader<byte> reader, int bytes, out ulong number)
    {
        number = 0;
        for (; bytes > 0; bytes--)
        {
            if (!reader.TryRead(out var next)) return false;
            number = number << 8 | next;
        }
        return true;
    }

    static void Mask(Span<byte> bytes, uint key)
    {
        for (var i = 0; i < bytes.Length; i++) bytes[i] ^= (byte)(key >> (24 - 8 * (i % 4)));
    }

    static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return s_utf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new PeerExpectationException($"expected UTF-8, got {Convert.ToHexString(bytes)}", error);
        }
    }
}
