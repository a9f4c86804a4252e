namespace Hutong.Rooms.Protocol.Internal;

/// <summary>The members of the envelope that have a meaning of their own.</summary>
internal enum Field : byte
{
    Unknown,
    Type,
    Payload,
    Data,
    Id,
    Room,
    RoomId,
    Timestamp,
    Epoch,
    Offset,
    Key,
    Since,
    Token,
    Reason,
    Session,
    Ack,
    Info,
}
