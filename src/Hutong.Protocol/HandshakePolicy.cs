namespace Hutong.Protocol;

/// <summary>What a server accepts in an opening handshake.</summary>
public sealed record HandshakePolicy
{
    /// <summary>Which pages may connect; by default those of the same origin, and programs, which send none.</summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.SameOrigin;

    /// <summary>
    /// The subprotocols that are served; the first of the client's list that is among them is chosen, and none if there is none.
    /// None by default.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>The extensions that are served; none by default.</summary>
    public IReadOnlyList<IExtension> Extensions { get; init; } = [];
}
