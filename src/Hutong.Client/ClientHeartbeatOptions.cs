using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>How a client finds out that a connection is dead. Any byte that comes counts as life.</summary>
public sealed record ClientHeartbeatOptions
{
    /// <summary>A probe goes out when nothing came for so long. Default 25 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Nothing for so long after a probe: the connection is dead. Default 20 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The probe. Default <c>{"type":"ping"}</c>; see <see cref="Probe"/>.</summary>
    public Probe Message { get; init; } = Probe.Default;

    /// <summary>
    /// Tells an answer to a probe, which listeners do not see. Default: <c>pong</c>, <c>{"type":"pong"}</c> and <c>{"resp_type":1}</c>.
    /// </summary>
    public Func<ClientMessage, bool> IsAnswer { get; init; } = Heartbeat.IsPong;

    internal void Validate()
    {
        ClientLimits.Check(Interval, nameof(Interval), allowZero: false);
        ClientLimits.Check(Timeout, nameof(Timeout), allowZero: false);
        ArgumentNullException.ThrowIfNull(Message);
        ArgumentNullException.ThrowIfNull(IsAnswer);
    }
}
