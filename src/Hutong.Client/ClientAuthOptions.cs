using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>Who a client says it is. Nothing here or in any error shows a token.</summary>
public sealed class ClientAuthOptions
{
    /// <summary>With one token for ever; a refused one is final.</summary>
    /// <param name="token">The token.</param>
    public ClientAuthOptions(string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        Token = _ => new(token);
        Retry = false;
    }

    /// <summary>With what fetches a token for each connection.</summary>
    /// <param name="token">Fetches it. What it throws is the cause of a <c>token_failed</c>.</param>
    public ClientAuthOptions(Func<TokenRequest, ValueTask<string>> token)
    {
        ArgumentNullException.ThrowIfNull(token);
        Token = token;
        Retry = true;
    }

    /// <summary>How the token travels. Default <see cref="TokenVia.Message"/>.</summary>
    public TokenVia Via { get; init; }

    /// <summary>The name of the parameter. Default <c>token</c>.</summary>
    public string Parameter { get; init; } = "token";

    /// <summary>Makes the message that carries the token. Default <c>{"type":"auth","token":…}</c>.</summary>
    public Func<string, string>? Message { get; init; }

    /// <summary>Whether a refused token is followed by a fresh one, once. Default true if the token is fetched.</summary>
    public bool Retry { get; init; }

    /// <summary>How long before a token expires the next one is sent; half its life if that is sooner. Default one minute.</summary>
    public TimeSpan RefreshBefore { get; init; } = TimeSpan.FromMinutes(1);

    internal Func<TokenRequest, ValueTask<string>> Token { get; }

    internal void Validate()
    {
        ClientLimits.Check(RefreshBefore, nameof(RefreshBefore));
        ArgumentException.ThrowIfNullOrEmpty(Parameter);
        if (!Enum.IsDefined(Via))
            throw new ArgumentOutOfRangeException(nameof(Via), Via, "Not a way.");
    }
}
