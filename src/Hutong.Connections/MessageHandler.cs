namespace Hutong.Connections;

/// <summary>Takes a message, synchronously. It must not block; its sends leave together when the turn ends.</summary>
/// <param name="connection">Where the message came from.</param>
/// <param name="message">The message; its bytes are valid until the handler returns.</param>
public delegate void MessageHandler(WebSocketConnection connection, Message message);
