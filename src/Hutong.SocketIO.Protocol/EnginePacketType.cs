namespace Hutong.SocketIO.Protocol;

/// <summary>What an Engine.IO 4 packet is. On the wire: the digit of the value.</summary>
public enum EnginePacketType
{
    /// <summary>The server's answer to a handshake: see <see cref="EngineOpen"/>.</summary>
    Open,

    /// <summary>The session is over.</summary>
    Close,

    /// <summary>A heartbeat of the server; with <c>probe</c>, a client's question whether a WebSocket carries.</summary>
    Ping,

    /// <summary>The answer to a ping, with the same data.</summary>
    Pong,

    /// <summary>A message, text or binary.</summary>
    Message,

    /// <summary>A client moves to the WebSocket on which it sends this.</summary>
    Upgrade,

    /// <summary>Nothing: ends a poll during an upgrade.</summary>
    Noop,
}
