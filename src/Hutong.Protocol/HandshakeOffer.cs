namespace Hutong.Protocol;

/// <summary>What a client asks for in an opening handshake.</summary>
public sealed record HandshakeOffer
{
    /// <summary>The subprotocols, best first; none by default.</summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The extensions, best first; none by default.</summary>
    public IReadOnlyList<IExtension> Extensions { get; init; } = [];
}
