namespace Hutong.Protocol;

/// <summary>The headers of a handshake's request or response, wherever they are kept.</summary>
public interface IHandshakeHeaders
{
    /// <summary>A header's value; several lines of the same name are joined by commas (RFC 9110 §5.3). Null if it is absent.</summary>
    /// <param name="name">The header's name, in any letter case.</param>
    string? this[string name] { get; }
}
