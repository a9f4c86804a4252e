using System.Text;
using Hutong.Protocol;

namespace Hutong.Server.Internal;

/// <summary>The headers of a head that the handshake asks for.</summary>
internal sealed class HeadHandshakeHeaders : IHandshakeHeaders
{
    private readonly string? _upgrade;
    private readonly string? _connection;
    private readonly string? _version;
    private readonly string? _key;
    private readonly string? _origin;
    private readonly string? _protocol;
    private readonly string? _extensions;

    /// <param name="head">The head.</param>
    /// <param name="texts">Where values that many clients send are shared.</param>
    public HeadHandshakeHeaders(in UpgradeRequestHead head, TextCache texts)
    {
        _upgrade = Get(head, KnownHeader.Upgrade, texts);
        _connection = Get(head, KnownHeader.Connection, texts);
        _version = Get(head, KnownHeader.Version, texts);
        _origin = Get(head, KnownHeader.Origin, texts);
        _extensions = Get(head, KnownHeader.Extensions, texts);
        _key = Encoding.ASCII.GetString(head.Known(KnownHeader.Key));
        // Browsers can send a token in no other place: it must not outlive the connection.
        if (head.Known(KnownHeader.Protocol) is { IsEmpty: false } protocol)
            _protocol = Encoding.ASCII.GetString(protocol);
    }

    public string? this[string name] => name switch
    {
        HandshakeHeaderNames.Upgrade => _upgrade,
        HandshakeHeaderNames.Connection => _connection,
        HandshakeHeaderNames.Version => _version,
        HandshakeHeaderNames.Key => _key,
        HandshakeHeaderNames.Origin => _origin,
        HandshakeHeaderNames.Protocol => _protocol,
        HandshakeHeaderNames.Extensions => _extensions,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The handshake does not ask for this."),
    };

    private static string? Get(in UpgradeRequestHead head, KnownHeader header, TextCache texts) =>
        head.Known(header) is { IsEmpty: false } value ? texts.Get(value) : null;
}
