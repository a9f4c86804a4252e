namespace Hutong.SocketIO.Protocol;

/// <summary>What a Socket.IO packet is: the digit that it begins with.</summary>
public enum SocketPacketType : byte
{
    /// <summary>A client asks to be let into a namespace, or the server lets it in.</summary>
    Connect = 0,

    /// <summary>Either side leaves a namespace.</summary>
    Disconnect = 1,

    /// <summary>An event: an array of its name and its arguments.</summary>
    Event = 2,

    /// <summary>The answer to an event: an array of arguments.</summary>
    Ack = 3,

    /// <summary>The server does not let a client into a namespace.</summary>
    ConnectError = 4,

    /// <summary>An event whose binary arguments follow as attachments.</summary>
    BinaryEvent = 5,

    /// <summary>An answer whose binary arguments follow as attachments.</summary>
    BinaryAck = 6,
}
