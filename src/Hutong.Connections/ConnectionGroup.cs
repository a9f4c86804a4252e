using System.Collections;
using System.Collections.Concurrent;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>A set of connections to send to together. A connection that ends leaves by itself. Thread-safe.</summary>
public sealed class ConnectionGroup : IReadOnlyCollection<WebSocketConnection>
{
    private readonly ConcurrentDictionary<WebSocketConnection, byte> _members = new();
    private readonly Action<WebSocketConnection> _leave;

    /// <summary>Makes an empty group.</summary>
    public ConnectionGroup() => _leave = connection => Remove(connection);

    /// <summary>How many there are.</summary>
    public int Count => _members.Count;

    /// <summary>Adds a connection.</summary>
    /// <param name="connection">The connection; one that is over is not added.</param>
    /// <returns>Whether it was added now.</returns>
    public bool Add(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        if (!_members.TryAdd(connection, 0))
            return false;
        connection.Ended += _leave;
        // It may have ended before it was watched. The state tells: it is closed before Ended is raised, Closed ends after.
        return connection.State != ReadyState.Closed || !Remove(connection);
    }

    /// <summary>Takes a connection out; it goes on.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>Whether it was in.</returns>
    public bool Remove(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.Ended -= _leave;
        return _members.TryRemove(connection, out _);
    }

    /// <summary>Whether a connection is in.</summary>
    /// <param name="connection">The connection.</param>
    public bool Contains(WebSocketConnection connection) => _members.ContainsKey(connection);

    /// <summary>
    /// Sends a message to all, encoded once. It never waits: for a member whose send queue is full,
    /// <see cref="ConnectionOptions.SendQueuePolicy"/> decides, where "wait" means dropped.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="except">One who does not get it; null for none.</param>
    /// <returns>How many accepted it.</returns>
    public int Broadcast(PreparedMessage message, WebSocketConnection? except = null)
    {
        int accepted = 0;
        foreach (var (connection, _) in _members)
        {
            if (connection != except && connection.TrySend(message))
                accepted++;
        }

        return accepted;
    }

    /// <summary>Sends a text to all; as <see cref="Broadcast(PreparedMessage, WebSocketConnection?)"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="except">One who does not get it; null for none.</param>
    /// <returns>How many accepted it.</returns>
    public int Broadcast(string text, WebSocketConnection? except = null) => Broadcast(PreparedMessage.Text(text), except);

    /// <inheritdoc/>
    public IEnumerator<WebSocketConnection> GetEnumerator() => _members.Select(m => m.Key).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
