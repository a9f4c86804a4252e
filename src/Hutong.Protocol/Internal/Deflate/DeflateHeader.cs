namespace Hutong.Protocol.Internal.Deflate;

/// <summary>The four parameters of permessage-deflate, strictly parsed (RFC 7692 §7.1).</summary>
internal sealed record DeflateHeader
{
    public const string ServerNoContextTakeoverName = "server_no_context_takeover";
    public const string ClientNoContextTakeoverName = "client_no_context_takeover";
    public const string ServerMaxWindowBitsName = "server_max_window_bits";
    public const string ClientMaxWindowBitsName = "client_max_window_bits";

    public bool ServerNoContextTakeover { get; init; }

    public bool ClientNoContextTakeover { get; init; }

    public int? ServerMaxWindowBits { get; init; }

    public int? ClientMaxWindowBits { get; init; }

    /// <summary>Whether <c>client_max_window_bits</c> stands without a value: "tell me", which only an offer may say.</summary>
    public bool AsksForClientWindowBits { get; init; }

    /// <summary>Parses; null for unknown or repeated parameters, values where none belong, and numbers out of range or with leading zeroes.</summary>
    public static DeflateHeader? Parse(ExtensionParameters extension)
    {
        var header = new DeflateHeader();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, value) in extension.Parameters)
        {
            if (!seen.Add(name) || header.With(name, value) is not { } next)
                return null;
            header = next;
        }

        return header;
    }

    public ExtensionParameters ToParameters()
    {
        var parameters = new List<KeyValuePair<string, string?>>();
        if (ServerNoContextTakeover)
            parameters.Add(new(ServerNoContextTakeoverName, null));
        if (ClientNoContextTakeover)
            parameters.Add(new(ClientNoContextTakeoverName, null));
        if (ServerMaxWindowBits is { } server)
            parameters.Add(new(ServerMaxWindowBitsName, server.ToString()));
        if (ClientMaxWindowBits is { } client)
            parameters.Add(new(ClientMaxWindowBitsName, client.ToString()));
        else if (AsksForClientWindowBits)
            parameters.Add(new(ClientMaxWindowBitsName, null));
        return new ExtensionParameters(PerMessageDeflate.ExtensionName, parameters);
    }

    private static int? ParseBits(string? value) => value switch
    {
        ['8' or '9'] => value[0] - '0',
        ['1', >= '0' and <= '5'] => 10 + value[1] - '0',
        _ => null,
    };

    private DeflateHeader? With(string name, string? value) => name switch
    {
        ServerNoContextTakeoverName => value is null ? this with { ServerNoContextTakeover = true } : null,
        ClientNoContextTakeoverName => value is null ? this with { ClientNoContextTakeover = true } : null,
        ServerMaxWindowBitsName => ParseBits(value) is { } bits ? this with { ServerMaxWindowBits = bits } : null,
        ClientMaxWindowBitsName when value is null => this with { AsksForClientWindowBits = true },
        ClientMaxWindowBitsName => ParseBits(value) is { } bits ? this with { ClientMaxWindowBits = bits } : null,
        _ => null,
    };
}
