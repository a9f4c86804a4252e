namespace Hutong.Rooms.Protocol.Internal;

/// <summary>An envelope while it is read.</summary>
internal ref struct EnvelopeDraft
{
    public string? Type;
    public MessageId Id;
    public string? Room;
    public long? Timestamp;
    public string? Epoch;
    public long? Offset;
    public StreamPosition? Since;
    public string? Key;
    public string? Token;
    public string? Reason;
    public string? Session;
    public long? Ack;
    public PayloadKind PayloadKind;
    public ReadOnlyMemory<byte> Payload;
    public ReadOnlyMemory<byte> Info;

    /// <summary>The first thing that is wrong; reading goes on after it, so that the id is found wherever it stands.</summary>
    public RoomError? Error;

    private int _seen;

    public void Fail(RoomError error) => Error ??= error;

    /// <summary>Notes a field; a second one of the same name is an error.</summary>
    public void Note(Field field)
    {
        int bit = 1 << (int)field;
        if ((_seen & bit) != 0)
            Fail(RoomError.DuplicateField);
        _seen |= bit;
    }

    public Envelope Build(ReadOnlyMemory<byte> raw)
    {
        if (Epoch is null != Offset is null)
            Fail(RoomError.InvalidPosition);
        if (Type is null)
            Fail(RoomError.TypeMissing);
        return new Envelope
        {
            Type = Type ?? "",
            Id = Id,
            Room = Room,
            Timestamp = Timestamp,
            Position = Epoch is { } epoch && Offset is { } offset ? new StreamPosition(epoch, offset) : null,
            Key = Key,
            PayloadKind = PayloadKind,
            Payload = Payload,
            Since = Since,
            Token = Token,
            Reason = Reason,
            Session = Session,
            Ack = Ack,
            Info = Info,
            Raw = raw,
        };
    }
}
