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

    private RoomError? Read()
    {
        if (!TryNumber(out ulong bits) || bits > (ulong)BinaryFlags.All)
            return RoomError.InvalidBinary;
        var flags = (BinaryFlags)bits;
        if (flags.HasFlag(BinaryFlags.PayloadIsJson) && !flags.HasFlag(BinaryFlags.Payload)
            || flags.HasFlag(BinaryFlags.IdIsNumber) && !flags.HasFlag(BinaryFlags.Id))
            return RoomError.InvalidBinary;
        return ReadType() && ReadHead(flags) && ReadParameters(flags) ? ReadPayload(flags) : RoomError.InvalidBinary;
    }

    private bool ReadType()
    {
        if (!TryNumber(out ulong number))
            return false;
        if (number == 0)
            return TryName(_limits.MaxTypeSize, RoomError.InvalidType, out _draft.Type);
        _draft.Type = MessageType.Find(number)?.Name;
        return _draft.Type is not null;
    }

    private bool ReadHead(BinaryFlags flags)
    {
        if (flags.HasFlag(BinaryFlags.Id) && !TryId(flags.HasFlag(BinaryFlags.IdIsNumber)))
            return false;
        if (flags.HasFlag(BinaryFlags.Room) && !TryName(_limits.MaxRoomSize, RoomError.InvalidRoom, out _draft.Room))
            return false;
        if (flags.HasFlag(BinaryFlags.Timestamp))
        {
            if (!TryNumber(out ulong timestamp))
                return false;
            _draft.Timestamp = VarUInt.UnZigZag(timestamp);
            if (_draft.Timestamp is < -FarthestTimestamp or > FarthestTimestamp)
                _draft.Fail(RoomError.InvalidTimestamp);
        }

        if (flags.HasFlag(BinaryFlags.Position))
        {
            if (!TryPosition(RoomError.InvalidPosition, out var position))
                return false;
            _draft.Epoch = position?.Epoch;
            _draft.Offset = position?.Offset;
        }

        return !flags.HasFlag(BinaryFlags.Key) || TryName(_limits.MaxKeySize, RoomError.InvalidKey, out _draft.Key);
    }

    private bool ReadParameters(BinaryFlags flags)
    {
        if (flags.HasFlag(BinaryFlags.Since) && !TryPosition(RoomError.InvalidSince, out _draft.Since))
            return false;
        if (flags.HasFlag(BinaryFlags.Token) && !TryText(_limits.MaxTokenSize, RoomError.InvalidToken, out _draft.Token))
            return false;
        if (flags.HasFlag(BinaryFlags.Reason) && !TryText(_limits.MaxTokenSize, RoomError.InvalidReason, out _draft.Reason, allowControls: true))
            return false;
        if (flags.HasFlag(BinaryFlags.Session) && !TryText(_limits.MaxTokenSize, RoomError.InvalidSession, out _draft.Session))
            return false;
        if (flags.HasFlag(BinaryFlags.Ack))
        {
            if (!TryNumber(out ulong ack))
                return false;
            if (ack > StreamPosition.MaxOffset)
                _draft.Fail(RoomError.InvalidAck);
            else
                _draft.Ack = (long)ack;
        }

        if (flags.HasFlag(BinaryFlags.Info))
        {
            if (!TryBytes(out var info) || info.IsEmpty || !IsJson(info))
                return false;
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
        if (!flags.HasFlag(BinaryFlags.Payload))
            return payload.IsEmpty ? null : RoomError.InvalidBinary;
        _draft.Payload = payload;
        _draft.PayloadKind = flags.HasFlag(BinaryFlags.PayloadIsJson) ? PayloadKind.Json : PayloadKind.Bytes;
        if (_draft.PayloadKind != PayloadKind.Json)
            return null;
        // It will be put into other clients' JSON as it is.
        if (!Utf8.IsValid(payload.Span))
            return RoomError.InvalidUtf8;
        return _draft.Type is { } type && MessageType.Find(type) is { FromClient: true }
            ? JsonReading.ReadMembers(payload, _limits, ref _draft)
            : JsonReading.Validate(payload, _limits);
    }

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
