using Hutong.Protocol.Internal.Deflate;

namespace Hutong.Protocol;

/// <summary>
/// Compression of messages (RFC 7692). Off unless it is listed among the extensions of an endpoint or a client. Do not compress secrets
/// together with text that an attacker chooses: the length tells. Such messages are sent plain, as
/// <c>PreparedMessage.Text(…, compress: false)</c>.
/// </summary>
public sealed class PerMessageDeflate : IExtension
{
    internal const string ExtensionName = "permessage-deflate";

    // Deflate's own smallest window; zlib makes none of 8 bits, though the RFC allows them.
    private const int SmallestWindowBits = 9;
    private const int LargestWindowBits = 15;

    private readonly PerMessageDeflateOptions _options;

    /// <summary>Makes the extension.</summary>
    /// <param name="options">How to compress; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public PerMessageDeflate(PerMessageDeflateOptions? options = null)
    {
        _options = options ?? new PerMessageDeflateOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    public string Name => ExtensionName;

    /// <inheritdoc/>
    public bool TryAccept(ExtensionParameters offer, out ExtensionParameters response, out IMessageTransform? transform)
    {
        response = offer;
        transform = null;
        // 8 bits are more than this end can promise to stay below; the client's next offer may do without.
        if (DeflateHeader.Parse(offer) is not { } wanted || wanted.ServerMaxWindowBits < SmallestWindowBits)
            return false;

        int serverBits = Math.Min(wanted.ServerMaxWindowBits ?? LargestWindowBits, _options.ServerMaxWindowBits);
        // Only a client that offered the parameter can be told a window (RFC 7692 §7.1.2.2).
        bool canTell = wanted.AsksForClientWindowBits || wanted.ClientMaxWindowBits is not null;
        int clientBits = canTell ? Math.Min(wanted.ClientMaxWindowBits ?? LargestWindowBits, _options.ClientMaxWindowBits) : LargestWindowBits;
        var answer = new DeflateHeader
        {
            ServerNoContextTakeover = wanted.ServerNoContextTakeover || _options.ServerNoContextTakeover,
            ClientNoContextTakeover = wanted.ClientNoContextTakeover || _options.ClientNoContextTakeover,
            ServerMaxWindowBits = wanted.ServerMaxWindowBits is not null || serverBits < LargestWindowBits ? serverBits : null,
            ClientMaxWindowBits = canTell && clientBits < LargestWindowBits ? clientBits : null,
        };
        response = answer.ToParameters();
        transform = Agree(serverBits, !answer.ServerNoContextTakeover, clientBits, !answer.ClientNoContextTakeover);
        return true;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ExtensionParameters> CreateOffers() =>
    [
        new DeflateHeader
        {
            ServerNoContextTakeover = _options.ServerNoContextTakeover,
            ClientNoContextTakeover = _options.ClientNoContextTakeover,
            ServerMaxWindowBits = _options.ServerMaxWindowBits < LargestWindowBits ? _options.ServerMaxWindowBits : null,
            ClientMaxWindowBits = _options.ClientMaxWindowBits < LargestWindowBits ? _options.ClientMaxWindowBits : null,
            AsksForClientWindowBits = true,
        }.ToParameters(),
    ];

    /// <inheritdoc/>
    public bool TryConfirm(ExtensionParameters response, out IMessageTransform? transform)
    {
        transform = null;
        if (DeflateHeader.Parse(response) is not { } given || given.AsksForClientWindowBits)
            return false;
        // What was asked of the server it must grant, if it takes the offer at all (RFC 7692 §7.1.1.1, §7.1.2.1).
        if (_options.ServerNoContextTakeover && !given.ServerNoContextTakeover)
            return false;
        if (_options.ServerMaxWindowBits < LargestWindowBits && !(given.ServerMaxWindowBits <= _options.ServerMaxWindowBits))
            return false;
        int clientBits = Math.Min(given.ClientMaxWindowBits ?? LargestWindowBits, _options.ClientMaxWindowBits);
        if (clientBits < SmallestWindowBits || given.ClientMaxWindowBits > _options.ClientMaxWindowBits)
            return false;
        int serverBits = Math.Max(given.ServerMaxWindowBits ?? LargestWindowBits, SmallestWindowBits);
        transform = Agree(
            clientBits, !(given.ClientNoContextTakeover || _options.ClientNoContextTakeover), serverBits, !given.ServerNoContextTakeover);
        return true;
    }

    private DeflateTransform Agree(int encodeBits, bool encodeTakeover, int decodeBits, bool decodeTakeover) =>
        new(new DeflateAgreement(new DeflateParameters(encodeBits, _options.Level, _options.MemoryLevel), encodeTakeover, decodeBits, decodeTakeover), _options.Threshold);
}
