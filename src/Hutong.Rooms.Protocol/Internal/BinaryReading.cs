using System.Text.Unicode;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>
/// Reads one message of the binary dialect. What cannot be told apart is <see cref="RoomError.InvalidBinary"/>; otherwise the first fault
/// counts, and reading goes on after it.
/// </summary>
internal ref struct BinaryReading
{
    private const long FarthestTimestamp = 8_640_000_000_000_000;

    private readonly ReadOnlyMemory<byte> _message;
    private readonly EnvelopeLimits _limits;
    private int _at;
    private EnvelopeDraft _draft;

    private BinaryReading(ReadOnlyMemory<byte> message, EnvelopeLimits limits)
    {
        _message = message;
        _limits = limits;
    }

    public static bool TryRead(ReadOnlyMemory<byte> message, EnvelopeLimits limits, out Envelope envelope, out RoomError? error)
    {
        envelope = new Envelope { Type = "", Raw = message };
        if (message.Length > limits.MaxMessageSize)
        {
            error = RoomError.MessageTooLarge;
            return false;
        }

        var reading = new BinaryReading(message, limits);
        error = reading.Read();
        envelope = reading._draft.Build(message);
        error ??= reading._draft.Error;
        return error is null;
    }

    private static bool Has(BinaryFlags flags, BinaryFlags one) => (flags & one) != BinaryFlags.None;

    private RoomError? Read()
    {
        if (!TryNumber(out ulong bits) || bits > (ulong)BinaryFlags.All)
            return RoomError.InvalidBinary;
        var flags = (BinaryFlags)bits;
        if (Has(flags, BinaryFlags.PayloadIsJson) && !Has(flags, BinaryFlags.Payload)
            || Has(flags, BinaryFlags.IdIsNumber) && !Has(flags, BinaryFlags.Id))
            return RoomError.InvalidBinary;
        return ReadType() && ReadHead(flags) && ReadParameters(flags) ? ReadPayload(flags) : RoomError.InvalidBinary;
    }

    private bool ReadType()
    {
        if (!TryNumber(out ulong number))
            return false;
        if (number == 0)
            return TryName(_limits.MaxTypeSize, RoomError.InvalidType, out _draft.Type);
        _draft.Type = EnvelopeType.Find(number)?.Name;
        return _draft.Type is not null;
    }

    private bool ReadHead(BinaryFlags flags)
    {
        if (Has(flags, BinaryFlags.Id) && !TryId(Has(flags, BinaryFlags.IdIsNumber)))
            return false;
        if (Has(flags, BinaryFlags.Room) && !TryName(_limits.MaxRoomSize, RoomError.InvalidRoom, out _draft.Room))
            return false;
        if (Has(flags, BinaryFlags.Timestamp))
        {
            if (!TryNumber(out ulong timestamp))
                return false;
            _draft.Timestamp = VarUInt.UnZigZag(timestamp);
            if (_draft.Timestamp is < -FarthestTimestamp or > FarthestTimestamp)
                _draft.Fail(RoomError.InvalidTimestamp);
        }

        if (Has(flags, BinaryFlags.Position))
        {
            if (!TryPosition(RoomError.InvalidPosition, out var position))
                return false;
            _draft.Epoch = position?.Epoch;
            _draft.Offset = position?.Offset;
        }

        return !Has(flags, BinaryFlags.Key) || TryName(_limits.MaxKeySize, RoomError.InvalidKey, out _draft.Key);
    }

    private bool ReadParameters(BinaryFlags flags)
    {
        if (Has(flags, BinaryFlags.Since) && !TryPosition(RoomError.InvalidSince, out _draft.Since))
            return false;
        if (Has(flags, BinaryFlags.Token) && !TryText(_limits.MaxTokenSize, RoomError.InvalidToken, out _draft.Token))
            return false;
        if (Has(flags, BinaryFlags.Reason) && !TryText(_limits.MaxTokenSize, RoomError.InvalidReason, out _draft.Reason, allowControls: true))
            return false;
        if (Has(flags, BinaryFlags.Session) && !TryText(_limits.MaxTokenSize, RoomError.InvalidSession, out _draft.Session))
            return false;
        if (Has(flags, BinaryFlags.Ack))
        {
            if (!TryNumber(out ulong ack))
                return false;
            if (ack > StreamPosition.MaxOffset)
                _draft.Fail(RoomError.InvalidAck);
            else
                _draft.Ack = (long)ack;
        }

        if (Has(flags, BinaryFlags.Info))
        {
            if (!TryBytes(out var info) || !IsJson(info))
                return false;
            info = Trim(info);
            // As in the JSON dialect, a null is as good as nothing.
            if (info.Span.SequenceEqual("null"u8))
                return true;
            if (info.Length > _limits.MaxInfoSize)
                _draft.Fail(RoomError.InvalidInfo);
            else
                _draft.Info = info;
        }

        return true;
    }

    private RoomError? ReadPayload(BinaryFlags flags)
    {
        var payload = _message[_at..];
        if (!Has(flags, BinaryFlags.Payload))
            return payload.IsEmpty ? null : RoomError.InvalidBinary;
        bool isJson = Has(flags, BinaryFlags.PayloadIsJson);
        _draft.PayloadKind = isJson ? PayloadKind.Json : PayloadKind.Bytes;
        _draft.Payload = isJson ? Trim(payload) : payload;
        if (!isJson)
            return null;
        // It will be put into other clients' JSON as it is.
        if (!Utf8.IsValid(payload.Span))
            return RoomError.InvalidUtf8;
        return JsonReading.ReadMembers(_draft.Payload, _limits, ref _draft);
    }

    /// <summary>White space around a JSON value is not part of it.</summary>
    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> value) => value.Trim(" \t\r\n"u8);

    private bool IsJson(ReadOnlyMemory<byte> value) => Utf8.IsValid(value.Span) && JsonReading.Validate(value, _limits) is null;

    private bool TryId(bool isNumber)
    {
        if (!TryText(_limits.MaxIdSize, RoomError.InvalidId, out string? id))
            return false;
        if (isNumber && id is not null && !Numbers.IsInteger(id))
            _draft.Fail(RoomError.InvalidId);
        else if (id is not null)
            _draft.Id = new MessageId(id, isNumber);
        return true;
    }

    private bool TryPosition(RoomError error, out StreamPosition? position)
    {
        position = null;
        if (!TryBytes(out var epoch) || !TryNumber(out ulong offset))
            return false;
        if (JsonFields.Epoch(epoch.Span) is { } name && offset <= StreamPosition.MaxOffset)
            position = new StreamPosition(name, (long)offset);
        else
            _draft.Fail(error);
        return true;
    }

    private bool TryName(int most, RoomError error, out string? name) => TryText(most, error, out name, intern: true);

    private bool TryText(int most, RoomError error, out string? text, bool allowControls = false, bool intern = false)
    {
        text = null;
        if (!TryBytes(out var bytes))
            return false;
        if (Utf8.IsValid(bytes.Span))
            text = JsonFields.Text(bytes.Span, most, allowControls, intern);
        if (text is null)
            _draft.Fail(error);
        return true;
    }

    private bool TryBytes(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (!TryNumber(out ulong length) || length > (ulong)(_message.Length - _at))
            return false;
        bytes = _message.Slice(_at, (int)length);
        _at += (int)length;
        return true;
    }

    private bool TryNumber(out ulong value)
    {
        if (!VarUInt.TryRead(_message.Span[_at..], out value, out int size))
            return false;
        _at += size;
        return true;
    }
}
