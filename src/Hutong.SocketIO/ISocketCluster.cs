namespace Hutong.SocketIO;

/// <summary>
/// What carries requests among the nodes of a fleet that concern their sockets. Events to rooms do not go by it but by the rooms' own backplane. In one process it is
/// <see cref="MemorySocketCluster"/>.
/// </summary>
public interface ISocketCluster
{
    /// <summary>Asks every other node.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="request">The request.</param>
    /// <param name="timeout">How long to wait for those that do not answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answers that came in time.</returns>
    ValueTask<IReadOnlyList<SocketClusterResponse>> AskAsync(
        ISocketClusterNode from, SocketClusterRequest request, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Tells every other node, and waits for no answer.</summary>
    /// <param name="from">Who tells.</param>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask TellAsync(ISocketClusterNode from, SocketClusterRequest request, CancellationToken cancellationToken = default);

    /// <summary>Adds a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Takes it out again.</returns>
    IDisposable Attach(ISocketClusterNode node);
}
