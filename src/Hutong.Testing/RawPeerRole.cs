namespace Hutong.Testing;

/// <summary>Which side of a WebSocket a <see cref="RawPeer"/> plays.</summary>
public enum RawPeerRole
{
    /// <summary>The client, which masks its frames (RFC 6455, section 5.1).</summary>
    Client,

    /// <summary>The server, which does not.</summary>
    Server,
}
