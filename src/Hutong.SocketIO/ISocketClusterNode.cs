namespace Hutong.SocketIO;

/// <summary>A node, as a cluster sees it.</summary>
public interface ISocketClusterNode
{
    /// <summary>Does what another node asks for.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The answer; null if there is none.</returns>
    ValueTask<SocketClusterResponse?> HandleAsync(SocketClusterRequest request);
}
