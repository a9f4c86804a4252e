namespace Hutong.Protocol;

/// <summary>How an opening handshake came out, on either side.</summary>
public sealed class HandshakeResult
{
    private HandshakeResult()
    {
    }

    /// <summary>Why it failed; null if it succeeded.</summary>
    public HandshakeError? Error { get; private init; }

    /// <summary>Server: the value of <c>Sec-WebSocket-Accept</c>.</summary>
    public string? Accept { get; private init; }

    /// <summary>The subprotocol chosen; null if none.</summary>
    public string? Subprotocol { get; private init; }

    /// <summary>The value of <c>Sec-WebSocket-Extensions</c> in the response; null if none was chosen.</summary>
    public string? Extensions { get; private init; }

    /// <summary>What the chosen extension does to messages; null if none was chosen. Whoever receives the result disposes it.</summary>
    public IMessageTransform? Transform { get; private init; }

    internal static HandshakeResult Fail(HandshakeError error) => new() { Error = error };

    internal static HandshakeResult Succeed(string? accept, string? subprotocol, string? extensions, IMessageTransform? transform) =>
        new() { Accept = accept, Subprotocol = subprotocol, Extensions = extensions, Transform = transform };
}
