namespace Hutong.Protocol;

/// <summary>What a <see cref="WebSocketEvent"/> reports.</summary>
public enum WebSocketEventKind : byte
{
    /// <summary>A piece of a text or binary message, or the whole of it.</summary>
    Data,

    /// <summary>A ping; it wants a pong with the same payload.</summary>
    Ping,

    /// <summary>A pong.</summary>
    Pong,

    /// <summary>The peer's close frame; nothing follows.</summary>
    Close,

    /// <summary>The peer broke a rule: fail the connection.</summary>
    Error,
}
