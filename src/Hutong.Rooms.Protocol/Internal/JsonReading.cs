using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>
/// Reads one message of the JSON dialect. The whole of it is walked once; of the payload only its place is kept. What is not JSON is
/// <see cref="RoomError.InvalidJson"/>, whatever else is wrong with it; otherwise the first fault counts.
/// </summary>
internal ref struct JsonReading
{
    // A date of JavaScript reaches this far to either side (ECMA-262 §21.4.1.1).
    private const double FarthestTimestamp = 8.64e15;

    private readonly ReadOnlyMemory<byte> _message;
    private readonly EnvelopeLimits _limits;
    private readonly int _maxDepth;
    private Utf8JsonReader _json;
    private EnvelopeDraft _draft;
    private PayloadMembers _members;

    private JsonReading(ReadOnlyMemory<byte> message, EnvelopeLimits limits, int level = 0)
    {
        _message = message;
        _limits = limits;
        _maxDepth = limits.MaxDepth - level;
        // Depth is checked here, so that reaching the bound is no exception.
        _json = new Utf8JsonReader(message.Span, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 2 });
    }

    public static bool TryRead(ReadOnlyMemory<byte> message, EnvelopeLimits limits, out Envelope envelope, out RoomError? error)
    {
        envelope = new Envelope { Type = "", Raw = message };
        error = message.Length > limits.MaxMessageSize ? RoomError.MessageTooLarge
            : !Utf8.IsValid(message.Span) ? RoomError.InvalidUtf8
            : null;
        if (error is not null)
            return false;

        var reading = new JsonReading(message, limits);
        try
        {
            error = reading.Read();
        }
        catch (JsonException)
        {
            error = RoomError.InvalidJson;
        }

        if (error is null)
            reading.Finish();
        envelope = reading._draft.Build(message);
        error ??= reading._draft.Error;
        return error is null;
    }

    /// <summary>
    /// Reads the members that a message of the protocol may have in its payload, where the payload is all there is. It may be nested as deep as
    /// inside an envelope.
    /// </summary>
    public static RoomError? ReadMembers(ReadOnlyMemory<byte> payload, EnvelopeLimits limits, ref EnvelopeDraft draft)
    {
        var reading = new JsonReading(payload, limits, level: 1) { _draft = draft };
        try
        {
            reading._json.Read();
            var error = reading.ReadPayload();
            // Reading on finds out whether anything follows.
            if (error is null)
                reading._json.Read();
            if (error is null)
                reading.Finish();
            draft = reading._draft;
            return error;
        }
        catch (JsonException)
        {
            return RoomError.InvalidJson;
        }
    }

    /// <summary>Whether it is one JSON value that is nested no deeper than it may be inside an envelope.</summary>
    public static RoomError? Validate(ReadOnlyMemory<byte> value, EnvelopeLimits limits)
    {
        var reading = new JsonReading(value, limits, level: 1);
        try
        {
            reading._json.Read();
            if (!reading.Skip())
                return RoomError.TooDeep;
            reading._json.Read();
            return null;
        }
        catch (JsonException)
        {
            return RoomError.InvalidJson;
        }
    }

    private RoomError? Read()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            if (!Skip())
                return RoomError.TooDeep;
            _json.Read();
            return RoomError.NotAnObject;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var field = JsonFields.Of(ref _json);
            _json.Read();
            // A null is as good as nothing, but for the payload, where it is a value.
            if (field != Field.Unknown && (_json.TokenType != JsonTokenType.Null || field == Field.Payload))
                _draft.Note(field);
            if (!ReadField(field))
                return RoomError.TooDeep;
        }

        // Reading on finds out whether anything follows.
        _json.Read();
        return null;
    }

    private bool ReadField(Field field)
    {
        if (_json.TokenType == JsonTokenType.Null && field is not (Field.Payload or Field.Type))
            return true;
        switch (field)
        {
            case Field.Type:
                _draft.Type = Name(_limits.MaxTypeSize, RoomError.InvalidType);
                break;
            case Field.Id:
                _draft.Id = ReadId();
                break;
            case Field.Room:
                _draft.Room = Name(_limits.MaxRoomSize, RoomError.InvalidRoom);
                break;
            case Field.Timestamp:
                _draft.Timestamp = ReadTimestamp();
                break;
            case Field.Epoch:
                _draft.Epoch = JsonFields.Epoch(ref _json);
                if (_draft.Epoch is null)
                    _draft.Fail(RoomError.InvalidPosition);
                break;
            case Field.Offset:
                _draft.Offset = JsonFields.Count(ref _json);
                if (_draft.Offset is null)
                    _draft.Fail(RoomError.InvalidPosition);
                break;
            case Field.Key:
                _draft.Key = Name(_limits.MaxKeySize, RoomError.InvalidKey);
                break;
            case Field.Payload:
                return ReadPayload() is null;
            case Field.Data:
                ReadData();
                break;
            default:
                return ReadParameter(field);
        }

        // Where a string or a number belongs may stand something nested.
        return Skip();
    }

    /// <summary>The fields that may also stand in the payload of a message of the protocol.</summary>
    private bool ReadParameter(Field field)
    {
        switch (field)
        {
            case Field.Since:
                if (!JsonFields.TrySince(ref _json, _maxDepth, out _draft.Since, out bool tooDeep))
                    _draft.Fail(RoomError.InvalidSince);
                return !tooDeep;
            case Field.Token:
                _draft.Token = Text(_limits.MaxTokenSize, RoomError.InvalidToken);
                break;
            case Field.Reason:
                _draft.Reason = JsonFields.Text(ref _json, _limits.MaxTokenSize, allowControls: true, intern: false);
                if (_draft.Reason is null)
                    _draft.Fail(RoomError.InvalidReason);
                break;
            case Field.Session:
                _draft.Session = Text(_limits.MaxTokenSize, RoomError.InvalidSession);
                break;
            case Field.Ack:
                _draft.Ack = JsonFields.Count(ref _json);
                if (_draft.Ack is null)
                    _draft.Fail(RoomError.InvalidAck);
                break;
            case Field.Info:
                if (!TrySlice(out var info))
                    return false;
                if (info.Length > _limits.MaxInfoSize)
                    _draft.Fail(RoomError.InvalidInfo);
                else
                    _draft.Info = info;
                return true;
        }

        return Skip();
    }

    private RoomError? ReadPayload()
    {
        int start = (int)_json.TokenStartIndex;
        if (_json.TokenType == JsonTokenType.StartObject)
        {
            if (_json.CurrentDepth >= _maxDepth)
                return RoomError.TooDeep;
            while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
            {
                var field = JsonFields.Of(ref _json);
                _json.Read();
                if (!TrySlice(out var value))
                    return RoomError.TooDeep;
                _members.Note(field, value);
            }
        }
        else if (!Skip())
        {
            return RoomError.TooDeep;
        }

        if (_draft.PayloadKind == PayloadKind.Bytes)
            _draft.Fail(RoomError.InvalidData);
        _draft.PayloadKind = PayloadKind.Json;
        _draft.Payload = _message[start..(int)_json.BytesConsumed];
        return null;
    }

    /// <summary>Takes from the payload what the envelope lacks.</summary>
    private void Finish()
    {
        // A payload of the application is its own business, but for the room; and what is no room's name there is not meant as one.
        if (_draft.Room is null && !_members.RoomId.IsEmpty)
            _draft.Room = JsonFields.NameOf(_members.RoomId, _limits.MaxRoomSize);
        if (!_members.HasParameters || _draft.Type is null || EnvelopeType.Find(_draft.Type) is not { FromClient: true })
            return;
        if (_draft.Since is null)
            ReadMember(Field.Since, _members.Since);
        if (_draft.Token is null)
            ReadMember(Field.Token, _members.Token);
        if (_draft.Session is null)
            ReadMember(Field.Session, _members.Session);
        if (_draft.Ack is null)
            ReadMember(Field.Ack, _members.Ack);
        if (_draft.Info.IsEmpty)
            ReadMember(Field.Info, _members.Info);
    }

    private void ReadMember(Field field, ReadOnlyMemory<byte> value)
    {
        if (value.IsEmpty)
            return;
        // It has been walked once, so that neither its syntax nor its depth can be wrong.
        var reading = new JsonReading(value, _limits) { _draft = _draft };
        reading._json.Read();
        if (reading._json.TokenType != JsonTokenType.Null)
            reading.ReadParameter(field);
        _draft = reading._draft;
    }

    private MessageId ReadId()
    {
        if (_json.TokenType == JsonTokenType.Number && Numbers.IsInteger(_json.ValueSpan) && _json.ValueSpan.Length <= _limits.MaxIdSize)
            return new MessageId(Encoding.ASCII.GetString(_json.ValueSpan), IsNumber: true);
        return new MessageId(Text(_limits.MaxIdSize, RoomError.InvalidId));
    }

    private long? ReadTimestamp()
    {
        // Clocks of pages count in fractions too: performance.timeOrigin + performance.now().
        if (_json.TokenType == JsonTokenType.Number && _json.TryGetDouble(out double value) && Math.Abs(value) <= FarthestTimestamp)
            return (long)value;
        _draft.Fail(RoomError.InvalidTimestamp);
        return null;
    }

    private void ReadData()
    {
        if (_draft.PayloadKind != PayloadKind.None || !JsonFields.TryBase64(ref _json, out byte[]? data))
        {
            _draft.Fail(RoomError.InvalidData);
            return;
        }

        _draft.PayloadKind = PayloadKind.Bytes;
        _draft.Payload = data;
    }

    private string? Name(int most, RoomError error) => Text(most, error, intern: true);

    private string? Text(int most, RoomError error, bool intern = false)
    {
        string? text = JsonFields.Text(ref _json, most, allowControls: false, intern);
        if (text is null)
            _draft.Fail(error);
        return text;
    }

    private bool TrySlice(out ReadOnlyMemory<byte> value)
    {
        int start = (int)_json.TokenStartIndex;
        bool within = Skip();
        value = within ? _message[start..(int)_json.BytesConsumed] : default;
        return within;
    }

    private bool Skip() => JsonFields.Skip(ref _json, _maxDepth);
}
