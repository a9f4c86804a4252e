namespace Hutong.SocketIO.Protocol;

/// <summary>What is wrong with a packet. The set is closed; after each of them the connection is closed. See <c>docs/reference/errors.md</c>.</summary>
public sealed class SocketPacketError
{
    /// <summary>The packet is larger than allowed.</summary>
    public static readonly SocketPacketError TooLarge = new("socketio_too_large", "The packet is larger than allowed.");

    /// <summary>It is not UTF-8.</summary>
    public static readonly SocketPacketError InvalidUtf8 = new("socketio_invalid_utf8", "The packet is not UTF-8.");

    /// <summary>It does not begin with a digit from 0 to 6.</summary>
    public static readonly SocketPacketError UnknownType = new("socketio_unknown_type", "The packet has no known type.");

    /// <summary>The number of attachments cannot be read, or a placeholder names none of them.</summary>
    public static readonly SocketPacketError InvalidAttachments = new("socketio_invalid_attachments", "The packet's attachments are not valid.");

    /// <summary>There are more attachments than allowed.</summary>
    public static readonly SocketPacketError TooManyAttachments = new("socketio_too_many_attachments", "The packet has too many attachments.");

    /// <summary>The namespace is too long.</summary>
    public static readonly SocketPacketError InvalidNamespace = new("socketio_invalid_namespace", "The packet's namespace is not valid.");

    /// <summary>The ack id is missing, out of range, or where none belongs.</summary>
    public static readonly SocketPacketError InvalidId = new("socketio_invalid_id", "The packet's ack id is not valid.");

    /// <summary>What follows the head is not one JSON value.</summary>
    public static readonly SocketPacketError InvalidJson = new("socketio_invalid_json", "The packet's payload is not JSON.");

    /// <summary>The payload is nested more deeply than allowed.</summary>
    public static readonly SocketPacketError TooDeep = new("socketio_too_deep", "The packet's payload is nested too deeply.");

    /// <summary>The payload is not of the shape that the type asks for.</summary>
    public static readonly SocketPacketError InvalidPayload = new("socketio_invalid_payload", "The packet's payload does not fit its type.");

    /// <summary>The event has a name that stands for something of Socket.IO's own.</summary>
    public static readonly SocketPacketError ReservedEvent = new("socketio_reserved_event", "The event's name is reserved.");

    private SocketPacketError(string code, string message)
    {
        Code = code;
        Message = message;
    }

    /// <summary>Every error there is, in the order of the documentation.</summary>
    public static IReadOnlyList<SocketPacketError> All { get; } =
    [
        TooLarge, InvalidUtf8, UnknownType, InvalidAttachments, TooManyAttachments, InvalidNamespace, InvalidId, InvalidJson, TooDeep, InvalidPayload,
        ReservedEvent,
    ];

    /// <summary>The stable name, in snake_case.</summary>
    public string Code { get; }

    /// <summary>One sentence for people.</summary>
    public string Message { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}
