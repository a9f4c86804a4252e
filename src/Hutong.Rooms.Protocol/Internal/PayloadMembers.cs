namespace Hutong.Rooms.Protocol.Internal;

/// <summary>Where in a payload stands what may be a parameter of the protocol; looked at only if the type is the protocol's.</summary>
internal struct PayloadMembers
{
    public ReadOnlyMemory<byte> RoomId;
    public ReadOnlyMemory<byte> Since;
    public ReadOnlyMemory<byte> Token;
    public ReadOnlyMemory<byte> Session;
    public ReadOnlyMemory<byte> Ack;
    public ReadOnlyMemory<byte> Info;

    /// <summary>Whether there is any besides the room.</summary>
    public bool HasParameters { get; private set; }

    /// <summary>Of two with the same name the later one counts, as <c>JSON.parse</c> has it.</summary>
    public void Note(Field field, ReadOnlyMemory<byte> value)
    {
        switch (field)
        {
            case Field.RoomId:
                RoomId = value;
                return;
            case Field.Since:
                Since = value;
                break;
            case Field.Token:
                Token = value;
                break;
            case Field.Session:
                Session = value;
                break;
            case Field.Ack:
                Ack = value;
                break;
            case Field.Info:
                Info = value;
                break;
            default:
                return;
        }

        HasParameters = true;
    }
}
