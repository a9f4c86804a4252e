using Hutong.Rooms.Protocol;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO.Internal;

/// <summary>
/// Names of events and types of the rooms' envelope. They are the same but where one side has a meaning of its own for it: see
/// <c>docs/topics/one-room.md</c>.
/// </summary>
internal static class EventNames
{
    private const string FromSocketIO = "io:";
    private const string FromRooms = "rooms:";

    /// <summary>The type by which others hear of an event.</summary>
    public static string ToType(string name) =>
        EnvelopeType.Find(name) is not null || name.Length == 0 || name.StartsWith(FromSocketIO, StringComparison.Ordinal) ? FromSocketIO + name : name;

    /// <summary>The event that a type is for Socket.IO.</summary>
    public static string ToEvent(string type)
    {
        if (type.StartsWith(FromSocketIO, StringComparison.Ordinal))
            type = type[FromSocketIO.Length..];
        return ReservedEvents.Contains(type) ? FromRooms + type : type;
    }

    /// <summary>Throws for a name that nobody may emit.</summary>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (ReservedEvents.Contains(name))
            throw new ArgumentException($"'{name}' is an event of Socket.IO itself.", nameof(name));
    }
}
