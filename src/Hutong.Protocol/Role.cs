namespace Hutong.Protocol;

/// <summary>Which end of the connection this is. The client masks what it sends; the server closes TCP first (RFC 6455 §5.1, §7.1.1).</summary>
public enum Role : byte
{
    /// <summary>The end that accepted the opening handshake.</summary>
    Server,

    /// <summary>The end that asked for it.</summary>
    Client,
}
