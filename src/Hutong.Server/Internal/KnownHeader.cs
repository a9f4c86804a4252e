namespace Hutong.Server.Internal;

/// <summary>What a header of an upgrade request is to the handshake.</summary>
internal enum KnownHeader : byte
{
    /// <summary>A matter of the handler's.</summary>
    Other,
    Host,
    Upgrade,
    Connection,
    Key,
    Version,
    Origin,
    Protocol,
    Extensions,

    /// <summary>One that an upgrade request does not usually have, or that more depends on than the handshake.</summary>
    Refused,
}
