using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>What a client does where a WebSocket cannot be opened. Over HTTP only messages of the envelope travel.</summary>
public sealed record FallbackOptions
{
    /// <summary>What is tried, in this order. Default all, a WebSocket first.</summary>
    public IReadOnlyList<ClientTransportKind> Transports { get; init; } =
        [ClientTransportKind.WebSocket, ClientTransportKind.ServerSentEvents, ClientTransportKind.LongPolling];

    /// <summary>How long each has before the next is tried. Default 5 s.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the one that worked is remembered, for all clients of the process and host. Default ten minutes.</summary>
    public TimeSpan Remember { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>After how long, again and again, a WebSocket is tried beside another transport. Default one minute; zero: never.</summary>
    public TimeSpan RetryUpwards { get; init; } = TimeSpan.FromMinutes(1);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Transports);
        if (Transports.Count == 0 || Transports.Distinct().Count() != Transports.Count || Transports.Any(t => !Enum.IsDefined(t)))
            throw new ArgumentException("At least one, and none twice.", nameof(Transports));
        ClientLimits.Check(Patience, nameof(Patience), allowZero: false);
        ClientLimits.Check(Remember, nameof(Remember));
        ClientLimits.Check(RetryUpwards, nameof(RetryUpwards));
    }
}
