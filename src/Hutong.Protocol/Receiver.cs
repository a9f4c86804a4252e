using System.Buffers;
using System.Runtime.CompilerServices;
using Hutong.Protocol.Internal;

namespace Hutong.Protocol;

/// <summary>
/// Turns received bytes into events (RFC 6455 §5, §6.2). It unmasks in the caller's buffer, takes bytes in pieces of any size, and
/// holds on to nothing but a header or a control frame that is cut by the end of a piece. A length that a peer declares
/// costs no memory. Not thread-safe: one caller at a time.
/// </summary>
public sealed class Receiver : IDisposable
{
    private const int ScratchSize = 16 * 1024;

    private readonly Role _role;
    private readonly long _maxMessageSize;
    private readonly IMessageTransform? _transform;

    // The frame under way. _inFrame is apart from _remaining because a frame may have no payload.
    private bool _inFrame;
    private byte _first;
    private uint _key;
    private long _remaining;

    // The message under way; control frames may come between its frames.
    private bool _inMessage;
    private bool _emitted;
    private bool _transformed;
    private Opcode _opcode;
    private long _messageSize;
    private Utf8Validator _utf8;

    // What the end of a piece cut off.
    private HeaderBytes _header;
    private int _headerLength;
    private byte[]? _control;
    private int _controlLength;

    // While an extension decodes: its output, how much of the caller's input is unmasked already, and whether it has
    // output left although it may have taken all input.
    private byte[]? _scratch;
    private int _unmasked;
    private bool _moreOutput;

    private State _state;

    /// <summary>Makes a receiver.</summary>
    /// <param name="role">The role of this end; the peer has the other.</param>
    /// <param name="maxMessageSize">The largest message in bytes, after decoding; at least 0. Above it: <see cref="ProtocolError.MessageTooBig"/>.</param>
    /// <param name="transform">The negotiated extension, or null.</param>
    public Receiver(Role role, long maxMessageSize, IMessageTransform? transform = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxMessageSize);
        _role = role;
        _maxMessageSize = maxMessageSize;
        _transform = transform;
    }

    private enum State : byte
    {
        Reading,

        /// <summary>Failed, or asked to discard: frames are told apart only to find the peer's close frame.</summary>
        Discarding,

        /// <summary>Closed, or failed with no telling where a frame begins: bytes mean nothing.</summary>
        Deaf,
    }

    /// <summary>Whether a close frame can still be recognised in what comes.</summary>
    public bool CanFindClose => _state != State.Deaf;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool InMessage => _inMessage;

    /// <summary>From now on, report nothing but the peer's close frame: for an end that has failed or given up the connection.</summary>
    public void Discard()
    {
        if (_state == State.Reading)
            _state = State.Discarding;
    }

    /// <summary>Takes bytes up to the next event.</summary>
    /// <param name="input">
    /// The bytes received, which are changed in place. Bytes that were taken are cut off; call again with the rest until the
    /// result is false, when all are taken.
    /// </param>
    /// <param name="e">The event; its payload is valid until the next call.</param>
    /// <returns>Whether there is an event.</returns>
    public bool TryRead(ref Memory<byte> input, out WebSocketEvent e)
    {
        while (true)
        {
            if (_state == State.Deaf)
            {
                input = default;
                break;
            }

            if (!_inFrame)
            {
                ReleaseScratch();
                if (input.IsEmpty)
                    break;
                var status = ReadHeader(ref input, out var error);
                if (status == OperationStatus.NeedMoreData)
                    break;
                if (status == OperationStatus.InvalidData)
                {
                    if (Fail(error!, out e))
                        return true;
                    continue;
                }
            }

            bool found = (_first & FrameHeader.ControlBit) != 0 ? ReadControl(ref input, out e)
                : _state == State.Discarding ? SkipData(ref input, out e)
                : _transformed ? ReadTransformed(ref input, out e)
                : ReadData(ref input, out e);
            if (found)
                return true;
            if (_inFrame && input.IsEmpty && !_moreOutput)
                break;
        }

        e = default;
        return false;
    }

    /// <summary>Gives back what is borrowed.</summary>
    public void Dispose()
    {
        _state = State.Deaf;
        ReleaseScratch();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private OperationStatus ReadHeader(ref Memory<byte> input, out ProtocolError? error)
    {
        if (_headerLength == 0)
        {
            var source = input.Span;
            var status = FrameHeader.TryRead(source, out var header, out error);
            if (status == OperationStatus.Done && (error = Check(header)) is null)
            {
                input = input[header.Size..];
                Begin(header);
                return OperationStatus.Done;
            }
        }

        return ReadCutHeader(ref input, out error);
    }

    /// <summary>The header is cut, or wrong: gather it byte by byte, and find the first byte that is wrong.</summary>
    private OperationStatus ReadCutHeader(ref Memory<byte> input, out ProtocolError? error)
    {
        var source = input.Span;
        for (int i = 0; i < source.Length; i++)
        {
            _header[_headerLength++] = source[i];
            ReadOnlySpan<byte> gathered = ((ReadOnlySpan<byte>)_header)[.._headerLength];
            var status = FrameHeader.TryRead(gathered, out var header, out error);
            error ??= _headerLength == 1 ? CheckFirst(gathered[0]) : _headerLength == 2 ? CheckSecond(gathered[1]) : null;
            if (error is null && header.Size > 0)
                error = CheckLength(header);
            if (error is null && status == OperationStatus.Done)
                error = Check(header);
            if (error is null && status == OperationStatus.NeedMoreData)
                continue;

            input = input[(i + 1)..];
            _headerLength = 0;
            if (error is not null)
            {
                // The frame itself may be well formed (too big a message, say): then its payload can be skipped.
                if (status != OperationStatus.InvalidData && header.Size > 0 && error.FramingIntact)
                    SkipFrom(header, gathered.Length);
                return OperationStatus.InvalidData;
            }

            Begin(header);
            return OperationStatus.Done;
        }

        input = default;
        error = null;
        return OperationStatus.NeedMoreData;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ProtocolError? Check(in FrameHeader header)
    {
        // Inlined for the common frame: a whole, unmarked, rightly masked data message within the limit.
        if ((header.First & (FrameHeader.RsvBits | FrameHeader.ControlBit)) == 0
            && header.IsMasked == (_role == Role.Server)
            && _inMessage == (header.Opcode == Opcode.Continuation)
            && header.PayloadLength <= _maxMessageSize - _messageSize)
            return null;
        return CheckFirst(header.First) ?? CheckSecond(header.IsMasked ? FrameHeader.MaskBit : (byte)0) ?? CheckLength(header);
    }

    private ProtocolError? CheckFirst(byte first)
    {
        var opcode = (Opcode)(first & FrameHeader.OpcodeBits);
        int reserved = first & FrameHeader.RsvBits;
        bool marked = reserved == FrameHeader.Rsv1Bit && _transform is not null && opcode is Opcode.Text or Opcode.Binary;
        if (reserved != 0 && !marked)
            return ProtocolError.ReservedBits;
        if (_state == State.Discarding || (first & FrameHeader.ControlBit) != 0)
            return null;
        if (opcode == Opcode.Continuation)
            return _inMessage ? null : ProtocolError.UnexpectedContinuation;
        return _inMessage ? ProtocolError.ExpectedContinuation : null;
    }

    private ProtocolError? CheckSecond(byte second) => ((second & FrameHeader.MaskBit) != 0) == (_role == Role.Server)
        ? null
        : _role == Role.Server ? ProtocolError.NotMasked : ProtocolError.Masked;

    private ProtocolError? CheckLength(in FrameHeader header)
    {
        // What an extension will make of a marked message is not known yet: its size is watched while it is decoded.
        if (_state == State.Discarding || (header.First & FrameHeader.ControlBit) != 0 || header.Rsv1 || (_inMessage && _transformed))
            return null;
        return header.PayloadLength > _maxMessageSize - _messageSize ? ProtocolError.MessageTooBig : null;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Begin(in FrameHeader header)
    {
        _inFrame = true;
        _first = header.First;
        _key = header.MaskingKey;
        _remaining = header.PayloadLength;
        if ((header.First & FrameHeader.ControlBit) != 0)
        {
            _controlLength = 0;
            return;
        }

        if (header.Opcode != Opcode.Continuation)
        {
            _inMessage = true;
            _emitted = false;
            _transformed = header.Rsv1;
            _opcode = header.Opcode;
            _messageSize = 0;
            _utf8.Reset();
        }

        if (!_transformed)
            _messageSize += header.PayloadLength;
    }

    /// <summary>After a refusal for size: the rest of the header and the payload are still to come, and mean nothing.</summary>
    private void SkipFrom(in FrameHeader header, int gathered)
    {
        _inFrame = true;
        _first = header.First;
        int restOfHeader = header.Size - gathered;
        _remaining = Math.Min(header.PayloadLength, long.MaxValue - restOfHeader) + restOfHeader;
    }

    private bool ReadData(ref Memory<byte> input, out WebSocketEvent e)
    {
        int length = (int)Math.Min(_remaining, input.Length);
        if (length == 0 && _remaining > 0)
        {
            e = default;
            return false;
        }

        var piece = input[..length];
        input = input[length..];
        _remaining -= length;
        if (_role == Role.Server)
            _key = Masking.Apply(piece.Span, _key);

        bool last = _remaining == 0 && (_first & FrameHeader.FinBit) != 0;
        if (_remaining == 0)
            _inFrame = false;
        if (_opcode == Opcode.Text && (!_utf8.Append(piece.Span) || (last && !_utf8.IsComplete)))
            return Fail(ProtocolError.InvalidUtf8, out e);
        return Emit(piece, last, out e);
    }

    private bool ReadTransformed(ref Memory<byte> input, out WebSocketEvent e)
    {
        int length = (int)Math.Min(_remaining, input.Length);
        if (length == 0 && _remaining > 0 && !_moreOutput)
        {
            e = default;
            return false;
        }

        // What could not be decoded at once is offered again, and must not be unmasked again.
        if (_role == Role.Server && length > _unmasked)
        {
            _key = Masking.Apply(input.Span[_unmasked..length], _key);
            _unmasked = length;
        }

        _scratch ??= ArrayPool<byte>.Shared.Rent(ScratchSize);
        bool endOfWire = length == _remaining && (_first & FrameHeader.FinBit) != 0;
        var status = _transform!.Decode(input.Span[..length], _scratch, endOfWire, out int consumed, out int written);
        _unmasked = Math.Max(_unmasked - consumed, 0);
        _remaining -= consumed;
        input = input[consumed..];
        bool done = status == OperationStatus.Done;
        _moreOutput = status == OperationStatus.DestinationTooSmall;
        if (done && _remaining == 0)
            _inFrame = false;
        if (!done && !_moreOutput)
            return Fail(ProtocolError.InvalidTransform, out e);

        _messageSize += written;
        if (_messageSize > _maxMessageSize)
            return Fail(ProtocolError.MessageTooBig, out e);
        bool last = done && endOfWire;
        var piece = _scratch.AsMemory(0, written);
        if (_opcode == Opcode.Text && (!_utf8.Append(piece.Span) || (last && !_utf8.IsComplete)))
            return Fail(ProtocolError.InvalidUtf8, out e);
        return Emit(piece, last, out e);
    }

    /// <summary>Reports a piece, unless it is empty and says nothing new.</summary>
    private bool Emit(Memory<byte> piece, bool last, out WebSocketEvent e)
    {
        if (piece.IsEmpty && !last)
        {
            e = default;
            return false;
        }

        e = WebSocketEvent.Data(_opcode, piece, first: !_emitted, last, announced: _remaining);
        _emitted = true;
        if (last)
        {
            _inMessage = false;
            _messageSize = 0;
        }

        return true;
    }

    private bool SkipData(ref Memory<byte> input, out WebSocketEvent e)
    {
        int length = (int)Math.Min(_remaining, input.Length);
        input = input[length..];
        _remaining -= length;
        _inFrame = _remaining > 0;
        _moreOutput = false;
        e = default;
        return false;
    }

    private bool ReadControl(ref Memory<byte> input, out WebSocketEvent e)
    {
        e = default;
        int length = (int)Math.Min(_remaining, input.Length);
        var piece = input[..length];
        input = input[length..];
        if (_role == Role.Server)
            _key = Masking.Apply(piece.Span, _key);
        _remaining -= length;
        if (_remaining > 0 || _controlLength > 0)
        {
            _control ??= new byte[FrameHeader.MaxControlPayload];
            piece.CopyTo(_control.AsMemory(_controlLength));
            _controlLength += length;
            if (_remaining > 0)
                return false;
            piece = _control.AsMemory(0, _controlLength);
        }

        _inFrame = false;
        var opcode = (Opcode)(_first & FrameHeader.OpcodeBits);
        if (opcode == Opcode.Close)
            return ReadClose(piece.Span, out e);
        if (_state == State.Discarding)
            return false;
        e = WebSocketEvent.Control(opcode, piece);
        return true;
    }

    private bool ReadClose(ReadOnlySpan<byte> payload, out WebSocketEvent e)
    {
        var error = ClosePayload.TryRead(payload, out var status);
        if (error is not null && _state == State.Reading)
        {
            // Whatever was wrong with it, it was the peer's close frame: there is no other to look for.
            _state = State.Deaf;
            e = WebSocketEvent.Failed(error);
            return true;
        }

        _state = State.Deaf;
        e = WebSocketEvent.Closed(error is null ? status : new(CloseCode.NoStatus, ""));
        return true;
    }

    /// <summary>Reports an error, once; a second one while discarding only ends the search for a close frame.</summary>
    private bool Fail(ProtocolError error, out WebSocketEvent e)
    {
        bool report = _state == State.Reading;
        _state = report && error.FramingIntact ? State.Discarding : State.Deaf;
        _unmasked = 0;
        e = report ? WebSocketEvent.Failed(error) : default;
        return report;
    }

    private void ReleaseScratch()
    {
        if (_scratch is { } scratch)
        {
            _scratch = null;
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    [InlineArray(FrameHeader.MaxSize)]
    private struct HeaderBytes
    {
        private byte _element;
    }
}
