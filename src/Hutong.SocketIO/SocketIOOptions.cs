using System.Text.Json;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO;

/// <summary>How a Socket.IO server behaves. Checked when it is mapped; limits are on by default.</summary>
public sealed record SocketIOOptions
{
    /// <summary>The connection below: transports, heartbeats, origins, sizes. By default same-origin pages and programs may connect.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>How long a client may take until it is in a namespace. Default 45 s; then its connection is closed.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long an answer is waited for where nothing else is said (<see cref="Socket.Timeout"/>). Default 30 s.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How arguments are written and read; null: by the web's conventions, names in camel case. Give it a <see cref="JsonSerializerOptions.TypeInfoResolver"/> made
    /// by the source generator where code is trimmed or compiled ahead of time. Bytes are attachments whatever it says.
    /// </summary>
    public JsonSerializerOptions? Json { get; init; }

    /// <summary>How large packets may be. The packet's size is also bounded by <see cref="EngineOptions.MaxPayload"/>.</summary>
    public SocketPacketLimits Packets { get; init; } = SocketPacketLimits.Default;

    /// <summary>
    /// How many handlers of one socket may run at once. Default 100. Beyond that its events wait, as many again; then nothing more is read from its connection
    /// until one has ended.
    /// </summary>
    public int MaxRunningHandlers { get; init; } = 100;

    /// <summary>How many namespaces one connection may be in. Default 50; beyond that a client is refused.</summary>
    public int MaxNamespacesPerConnection { get; init; } = 50;

    /// <summary>How many answers may be waited for of one socket. Default 10,000; beyond that emitting with an ack throws.</summary>
    public int MaxPendingAcks { get; init; } = 10_000;

    /// <summary>Lets clients go on where they stopped; null, the default: a client that comes back is a new socket.</summary>
    public ConnectionStateRecoveryOptions? ConnectionStateRecovery { get; init; }

    /// <summary>Whether a namespace that a predicate made is dropped when its last socket has gone. Default false, as the reference.</summary>
    public bool CleanupEmptyChildNamespaces { get; init; }

    /// <summary>How many namespaces predicates may make. Default 10,000; beyond that clients are told <c>Invalid namespace</c>.</summary>
    public int MaxChildNamespaces { get; init; } = 10_000;

    /// <summary>How long other nodes may take to answer. Default 5 s.</summary>
    public TimeSpan ClusterTimeout { get; init; } = TimeSpan.FromSeconds(5);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Engine);
        ArgumentNullException.ThrowIfNull(Packets);
        Packets.Validate();
        ConnectionStateRecovery?.Validate();
        ThrowIfNotIn(ConnectTimeout, nameof(ConnectTimeout));
        ThrowIfNotIn(AckTimeout, nameof(AckTimeout));
        ThrowIfNotIn(ClusterTimeout, nameof(ClusterTimeout));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxRunningHandlers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxNamespacesPerConnection);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPendingAcks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxChildNamespaces);
    }

    private static void ThrowIfNotIn(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(name, value, "Above zero, and at most one day.");
    }
}
