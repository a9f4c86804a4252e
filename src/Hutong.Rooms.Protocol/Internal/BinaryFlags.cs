namespace Hutong.Rooms.Protocol.Internal;

/// <summary>Which parts a binary envelope has, in the order in which they follow. What games need fits the first seven bits: one byte.</summary>
[Flags]
internal enum BinaryFlags : ushort
{
    None = 0,
    Payload = 1 << 0,
    PayloadIsJson = 1 << 1,
    Id = 1 << 2,
    Room = 1 << 3,
    Timestamp = 1 << 4,
    Position = 1 << 5,
    Key = 1 << 6,
    IdIsNumber = 1 << 7,
    Since = 1 << 8,
    Token = 1 << 9,
    Reason = 1 << 10,
    Session = 1 << 11,
    Ack = 1 << 12,
    Info = 1 << 13,
    All = (1 << 14) - 1,
}
