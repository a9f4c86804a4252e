namespace Hutong.SocketIO;

/// <summary>What a node answers. Everything in it can be serialized.</summary>
public sealed record SocketClusterResponse
{
    /// <summary>The sockets that were asked for.</summary>
    public IReadOnlyList<SocketSnapshot> Sockets { get; init; } = [];

    /// <summary>How many clients were asked for an answer.</summary>
    public int Asked { get; init; }

    /// <summary>The answers.</summary>
    public IReadOnlyList<SocketAnswer> Acks { get; init; } = [];
}
