using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using Hutong.Protocol.Internal;

namespace Hutong.Protocol;

/// <summary>
/// Turns messages into bytes (RFC 6455 §5, §6.1). Frames are written straight into the caller's buffer writer; the sender
/// keeps nothing but whether a message is under way. What a caller does wrong throws at once, before a byte is written.
/// Not thread-safe: one caller at a time.
/// </summary>
public sealed class Sender
{
    // Up to here header and payload are asked for as one span, which most writers give without waste.
    private const int SmallPayload = 2048;
    private const int TransformChunk = 16 * 1024;

    private readonly Role _role;
    private readonly Func<uint> _maskingKeys;
    private readonly IMessageTransform? _transform;
    private bool _inMessage;
    private bool _transforming;
    private bool _firstFrameWritten;
    private Opcode _opcode;

    /// <summary>Makes a sender.</summary>
    /// <param name="role">The role of this end; a client masks.</param>
    /// <param name="transform">The negotiated extension, or null.</param>
    /// <param name="maskingKeys">Where a client's masking keys come from; null for strong random ones, as RFC 6455 §10.3 demands.</param>
    public Sender(Role role, IMessageTransform? transform = null, Func<uint>? maskingKeys = null)
    {
        _role = role;
        _transform = transform;
        _maskingKeys = maskingKeys ?? MaskingKeys.Next;
    }

    /// <summary>Whether a message was begun with <see cref="WriteFragment"/> and not ended.</summary>
    public bool InMessage => _inMessage;

    /// <summary>Writes a whole message.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="opcode"><see cref="Opcode.Text"/> (the payload is UTF-8, which is the caller's word) or <see cref="Opcode.Binary"/>.</param>
    /// <param name="payload">The message.</param>
    /// <param name="transform">False to send this message plain although an extension is negotiated.</param>
    /// <exception cref="InvalidOperationException">A message of fragments is under way.</exception>
    public void WriteMessage(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool transform = true)
    {
        CheckMessage(opcode);
        if (transform && Transforms(payload.Length))
        {
            Begin(opcode, transforming: true);
            WriteTransformed(output, payload, endOfMessage: true);
            return;
        }

        WriteFrame(output, opcode, payload, fin: true, rsv1: false);
    }

    /// <summary>Writes a text message. Lone surrogates become U+FFFD, as in a browser.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="text">The message.</param>
    /// <param name="transform">False to send this message plain although an extension is negotiated.</param>
    /// <returns>The payload's length in bytes.</returns>
    /// <exception cref="InvalidOperationException">A message of fragments is under way.</exception>
    public int WriteText(IBufferWriter<byte> output, ReadOnlySpan<char> text, bool transform = true)
    {
        CheckMessage(Opcode.Text);
        int length = Encoding.UTF8.GetByteCount(text);
        if (_role == Role.Server && !(transform && Transforms(length)) && length <= SmallPayload)
        {
            var header = new FrameHeader(Opcode.Text, length);
            var span = output.GetSpan(header.Size + length);
            Encoding.UTF8.GetBytes(text, span[header.Write(span)..]);
            output.Advance(header.Size + length);
            return length;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        Encoding.UTF8.GetBytes(text, rented);
        WriteMessage(output, Opcode.Text, rented.AsSpan(0, length), transform);
        ArrayPool<byte>.Shared.Return(rented);
        return length;
    }

    /// <summary>Writes a piece of a message whose length need not be known when it begins.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="opcode">The message's opcode, the same for each piece.</param>
    /// <param name="payload">The piece. The pieces of a text need not end at a character's end.</param>
    /// <param name="endOfMessage">Whether this is the last piece.</param>
    /// <param name="transform">False on the first piece to send the message plain although an extension is negotiated.</param>
    /// <exception cref="InvalidOperationException">A message with another opcode is under way.</exception>
    public void WriteFragment(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool endOfMessage, bool transform = true)
    {
        if (!_inMessage)
        {
            CheckMessage(opcode);
            Begin(opcode, _transform is not null && transform);
        }
        else if (opcode != _opcode)
        {
            throw new InvalidOperationException("A message of the other kind is under way: end it first.");
        }

        if (_transforming)
        {
            WriteTransformed(output, payload, endOfMessage);
            return;
        }

        WriteFrame(output, _firstFrameWritten ? Opcode.Continuation : opcode, payload, endOfMessage, rsv1: false);
        _firstFrameWritten = true;
        _inMessage = !endOfMessage;
    }

    /// <summary>Writes a ping (RFC 6455 §5.5.2); allowed in the middle of a message.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="payload">At most 125 bytes, which the pong brings back.</param>
    public void WritePing(IBufferWriter<byte> output, ReadOnlySpan<byte> payload) => WriteControl(output, Opcode.Ping, payload);

    /// <summary>Writes a pong (RFC 6455 §5.5.3); allowed in the middle of a message.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="payload">At most 125 bytes: the ping's.</param>
    public void WritePong(IBufferWriter<byte> output, ReadOnlySpan<byte> payload) => WriteControl(output, Opcode.Pong, payload);

    /// <summary>Writes a close frame (RFC 6455 §5.5.1). That nothing follows is the care of <see cref="ClosingHandshake"/>.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="code">A code that this end may send, or <see cref="CloseCode.NoStatus"/> for a frame without one.</param>
    /// <param name="reason">The reason, at most 123 bytes of UTF-8; empty without a code.</param>
    /// <exception cref="ArgumentException">The code may not be sent, or the reason is too long.</exception>
    public void WriteClose(IBufferWriter<byte> output, CloseCode code, ReadOnlySpan<char> reason)
    {
        ClosingHandshake.CheckArguments(_role, code, reason);
        Span<byte> payload = stackalloc byte[FrameHeader.MaxControlPayload];
        int length = ClosePayload.Write(code, reason, payload);
        WriteControl(output, Opcode.Close, payload[..length]);
    }

    /// <summary>The bytes that a message takes in one frame, header included.</summary>
    /// <param name="payloadLength">The payload's length in bytes.</param>
    public long SizeOfFrame(long payloadLength) => FrameHeader.SizeOf(payloadLength, _role == Role.Client) + payloadLength;

    private static void CheckOpcode(Opcode opcode)
    {
        if (opcode is not (Opcode.Text or Opcode.Binary))
            throw new ArgumentOutOfRangeException(nameof(opcode), opcode, "A message is text or binary.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckMessage(Opcode opcode)
    {
        CheckOpcode(opcode);
        if (_inMessage)
            throw new InvalidOperationException("A message is being sent in fragments: end it first.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Transforms(int length) => _transform is not null && length >= _transform.Threshold;

    private void Begin(Opcode opcode, bool transforming)
    {
        _inMessage = true;
        _transforming = transforming;
        _firstFrameWritten = false;
        _opcode = opcode;
    }

    private void WriteControl(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > FrameHeader.MaxControlPayload)
            throw new ArgumentException("A control frame holds at most 125 bytes.", nameof(payload));
        WriteFrame(output, opcode, payload, fin: true, rsv1: false);
    }

    /// <summary>What the extension makes of the payload goes out in frames as it comes: the message's wire length is not known before.</summary>
    private void WriteTransformed(IBufferWriter<byte> output, ReadOnlySpan<byte> payload, bool endOfMessage)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(TransformChunk);
        OperationStatus status;
        do
        {
            status = _transform!.Encode(payload, rented, endOfMessage, out int consumed, out int written);
            payload = payload[consumed..];
            bool last = endOfMessage && status == OperationStatus.Done;
            if (written == 0 && !last)
                continue;
            // RSV1 marks a message on its first frame only (RFC 7692 §6).
            WriteFrame(output, _firstFrameWritten ? Opcode.Continuation : _opcode, rented.AsSpan(0, written), last, rsv1: !_firstFrameWritten);
            _firstFrameWritten = true;
        }
        while (status == OperationStatus.DestinationTooSmall);
        ArrayPool<byte>.Shared.Return(rented);
        _inMessage = !endOfMessage;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteFrame(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool fin, bool rsv1)
    {
        if (_role == Role.Client)
        {
            WriteMasked(output, opcode, payload, fin, rsv1);
            return;
        }

        var header = new FrameHeader(opcode, payload.Length, fin, rsv1);
        if (payload.Length <= SmallPayload)
        {
            var span = output.GetSpan(header.Size + payload.Length);
            payload.CopyTo(span[header.Write(span)..]);
            output.Advance(header.Size + payload.Length);
            return;
        }

        output.Advance(header.Write(output.GetSpan(header.Size)));
        if (output is IDirectBufferWriter direct)
            direct.Write(payload);
        else
            output.Write(payload);
    }

    private void WriteMasked(IBufferWriter<byte> output, Opcode opcode, ReadOnlySpan<byte> payload, bool fin, bool rsv1)
    {
        uint key = _maskingKeys();
        var header = new FrameHeader(opcode, payload.Length, fin, rsv1, key);
        if (payload.Length <= SmallPayload)
        {
            var span = output.GetSpan(header.Size + payload.Length);
            Masking.Apply(payload, span[header.Write(span)..], key);
            output.Advance(header.Size + payload.Length);
            return;
        }

        output.Advance(header.Write(output.GetSpan(header.Size)));
        while (!payload.IsEmpty)
        {
            var span = output.GetSpan();
            int length = Math.Min(span.Length, payload.Length);
            key = Masking.Apply(payload[..length], span, key);
            output.Advance(length);
            payload = payload[length..];
        }
    }
}
