using Hutong.Protocol;

namespace Hutong.Server.Internal;

/// <summary>A handshake that has been answered with 101.</summary>
/// <param name="HeadLength">How many of the received bytes were the request; the others are the first of the WebSocket.</param>
/// <param name="Request">The request.</param>
/// <param name="Subprotocol">The subprotocol chosen; null if none.</param>
/// <param name="Transform">What the chosen extension does to messages; null if none. Whoever takes the handshake disposes it.</param>
internal readonly record struct AcceptedHandshake(int HeadLength, WebSocketRequest Request, string? Subprotocol, IMessageTransform? Transform);
