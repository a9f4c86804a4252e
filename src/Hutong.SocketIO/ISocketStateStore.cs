namespace Hutong.SocketIO;

/// <summary>Keeps the states of sockets whose connections were lost. In one process it is <see cref="MemorySocketStateStore"/>.</summary>
public interface ISocketStateStore
{
    /// <summary>Keeps a state until it expires.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask SaveAsync(SocketState state, CancellationToken cancellationToken = default);

    /// <summary>Gives a state back, and forgets it: of two that ask at once one alone gets it.</summary>
    /// <param name="pid">The secret that names it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The state; null if it is not known, or has expired.</returns>
    ValueTask<SocketState?> TakeAsync(string pid, CancellationToken cancellationToken = default);
}
