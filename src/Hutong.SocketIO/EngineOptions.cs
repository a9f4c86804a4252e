using Hutong.Protocol;
using Microsoft.AspNetCore.Http;

namespace Hutong.SocketIO;

/// <summary>How Engine.IO behaves at one address. Checked when it is mapped. The defaults are those of the reference implementation.</summary>
public sealed record EngineOptions
{
    /// <summary>How long after the last pong the server sends a ping. Default 25 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a pong may take before the session is closed with <c>ping timeout</c>. Default 20 s.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a client may take to move to a WebSocket before that WebSocket is closed; the session goes on without it. Default 10 s.</summary>
    public TimeSpan UpgradeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The largest message and the largest body of a POST, in bytes. Default 1,000,000. A larger WebSocket message closes the session, a larger body
    /// is answered with 413. An answer to a poll holds as many packets as fit, but at least one.
    /// </summary>
    public int MaxPayload { get; init; } = 1_000_000;

    /// <summary>The transports served. Default: both.</summary>
    public IReadOnlyList<EngineTransport> Transports { get; init; } = [EngineTransport.Polling, EngineTransport.WebSocket];

    /// <summary>Whether a client may move from polling to a WebSocket. Default true.</summary>
    public bool AllowUpgrades { get; init; } = true;

    /// <summary>
    /// Origins, beside the server's own, whose pages may connect, over either transport: <c>http://localhost:3000</c>,
    /// <c>https://*.example.com</c>, <c>null</c> for sandboxed pages, <c>*</c> for all. None by default. Programs send no origin and pass. A CORS
    /// policy on the endpoint counts too.
    /// </summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>What pages of other origins are told besides that they may.</summary>
    public EngineCorsOptions Cors { get; init; } = new();

    /// <summary>A cookie with the session's id, for load balancers that keep a client at one node; null, the default: none.</summary>
    public EngineCookieOptions? Cookie { get; init; }

    /// <summary>Asked before a session begins; false refuses it with 403 and code 4. Null, the default: everyone whose origin may.</summary>
    public Func<HttpContext, ValueTask<bool>>? AllowRequest { get; init; }

    /// <summary>Compression of WebSocket messages (RFC 7692); null, the default: none.</summary>
    public PerMessageDeflateOptions? PerMessageDeflate { get; init; }

    /// <summary>Compression of answers to polls; null, the default: none.</summary>
    public EngineHttpCompressionOptions? HttpCompression { get; init; }

    /// <summary>
    /// How many bytes may wait for a client. Default 1 MiB. At the bound <see cref="EngineSocket.TrySend(EngineMessage)"/> refuses and
    /// <see cref="EngineSocket.SendAsync"/> waits. An empty queue takes a message of any size.
    /// </summary>
    public long QueueLimit { get; init; } = 1 << 20;

    /// <summary>A message that goes out together with the answer to the handshake; null, the default: none.</summary>
    public EngineMessage? InitialPacket { get; init; }

    /// <summary>The clock; <see cref="TimeProvider.System"/> by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        CheckTime(PingInterval, nameof(PingInterval));
        CheckTime(PingTimeout, nameof(PingTimeout));
        CheckTime(UpgradeTimeout, nameof(UpgradeTimeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPayload);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(QueueLimit);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (Transports.Count == 0 || Transports.Any(t => !Enum.IsDefined(t)))
            throw new ArgumentException("Name at least one transport.", nameof(Transports));
        // A page of any origin could act in the name of whoever visits it.
        if (Cors.Credentials && AllowedOrigins.Contains("*", StringComparer.Ordinal))
            throw new ArgumentException("Credentials cannot go with the origin '*': list the origins.", nameof(Cors));
        Cors.Validate();
        if (Cookie is not null)
            ArgumentException.ThrowIfNullOrEmpty(Cookie.Name, "Cookie.Name");
        if (HttpCompression is not null)
            ArgumentOutOfRangeException.ThrowIfNegative(HttpCompression.Threshold, "HttpCompression.Threshold");
    }

    private static void CheckTime(TimeSpan value, string name)
    {
        if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, "Between 10 ms and one day.");
    }
}
