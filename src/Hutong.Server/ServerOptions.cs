namespace Hutong.Server;

/// <summary>What holds for all WebSocket endpoints of a server.</summary>
public sealed record ServerOptions
{
    /// <summary>How many WebSockets may be open at once; beyond that the answer is 503 with <c>Retry-After</c>. Default 16,384.</summary>
    public int MaxConnections { get; init; } = 16_384;

    /// <summary>What <c>Retry-After</c> says with 503. Default 5 s.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a client may take to send the head of its request. Default 10 s. It lowers Kestrel's own limit
    /// (<c>Limits.RequestHeadersTimeout</c>, 30 s) for all requests of the server, and never raises it.
    /// </summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConnections);
        ArgumentOutOfRangeException.ThrowIfLessThan(RetryAfter, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(HandshakeTimeout, TimeSpan.FromMilliseconds(100));
    }
}
