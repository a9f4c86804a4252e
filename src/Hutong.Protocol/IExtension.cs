namespace Hutong.Protocol;

/// <summary>An extension that can be negotiated in the opening handshake (RFC 6455 §9.1): the same object serves every connection.</summary>
public interface IExtension
{
    /// <summary>The registered name, such as <c>permessage-deflate</c>.</summary>
    string Name { get; }

    /// <summary>Server side: takes an offer, or declines it.</summary>
    /// <param name="offer">One offer of the client that has this extension's name.</param>
    /// <param name="response">The parameters to answer with, if taken.</param>
    /// <param name="transform">What to do to messages, if taken.</param>
    /// <returns>Whether the offer is taken; if not, the client's next offer is tried.</returns>
    bool TryAccept(ExtensionParameters offer, out ExtensionParameters response, out IMessageTransform? transform);

    /// <summary>Client side: what to offer, best first.</summary>
    IReadOnlyList<ExtensionParameters> CreateOffers();

    /// <summary>Client side: checks the server's answer against what was offered.</summary>
    /// <param name="response">The server's answer that has this extension's name.</param>
    /// <param name="transform">What to do to messages, if the answer is acceptable.</param>
    /// <returns>Whether the answer is acceptable; if not, the client fails the connection.</returns>
    bool TryConfirm(ExtensionParameters response, out IMessageTransform? transform);
}
