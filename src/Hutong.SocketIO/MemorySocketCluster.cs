namespace Hutong.SocketIO;

/// <summary>The cluster of one process: several servers may share one, as nodes do.</summary>
/// <param name="time">The clock; null for that of the system.</param>
public sealed class MemorySocketCluster(TimeProvider? time = null) : ISocketCluster
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private ISocketClusterNode[] _nodes = [];

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SocketClusterResponse>> AskAsync(
        ISocketClusterNode from, SocketClusterRequest request, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var asked = Volatile.Read(ref _nodes).Where(n => n != from).Select(n => AskAsync(n, request)).ToArray();
        if (asked.Length == 0)
            return [];
        try
        {
            await Task.WhenAll(asked).WaitAsync(timeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // With what there is.
        }

        return [.. asked.Where(a => a.IsCompletedSuccessfully).Select(a => a.Result).OfType<SocketClusterResponse>()];
    }

    /// <inheritdoc/>
    public ValueTask TellAsync(ISocketClusterNode from, SocketClusterRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var node in Volatile.Read(ref _nodes))
        {
            if (node != from)
                _ = AskAsync(node, request);
        }

        return default;
    }

    /// <inheritdoc/>
    public IDisposable Attach(ISocketClusterNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        lock (_gate)
            Volatile.Write(ref _nodes, [.. _nodes, node]);
        return new Attachment(this, node);
    }

    private static async Task<SocketClusterResponse?> AskAsync(ISocketClusterNode node, SocketClusterRequest request)
    {
        // As over a network: the caller goes on.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await node.HandleAsync(request).ConfigureAwait(false);
    }

    private sealed class Attachment(MemorySocketCluster cluster, ISocketClusterNode node) : IDisposable
    {
        public void Dispose()
        {
            lock (cluster._gate)
                Volatile.Write(ref cluster._nodes, [.. cluster._nodes.Where(n => n != node)]);
        }
    }
}
