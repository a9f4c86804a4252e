using System.Collections;
using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <summary>A set of connections to send to together. A connection that ends leaves by itself. Thread-safe.</summary>
public sealed class ConnectionGroup : IReadOnlyCollection<WebSocketConnection>
{
    private readonly Lock _lock = new();

    // One for each event loop that members live on, and one for all that live on none. Replaced, never changed.
    private GroupPart[] _parts = [];

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _parts.Sum(p => p.Count);
        }
    }

    /// <summary>Adds a connection. It gets what is broadcast from now on.</summary>
    /// <param name="connection">The connection; one that is over is not added.</param>
    /// <returns>Whether it was added now.</returns>
    public bool Add(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Join(this);
    }

    /// <summary>Takes a connection out; it goes on, and still gets what was broadcast before.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>Whether it was in.</returns>
    public bool Remove(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.Leave(this);
    }

    /// <summary>Whether a connection is in.</summary>
    /// <param name="connection">The connection.</param>
    public bool Contains(WebSocketConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.IsIn(this);
    }

    /// <summary>
    /// Sends a message to all, encoded once. It never waits: for a member whose send queue is full,
    /// <see cref="ConnectionOptions.SendQueuePolicy"/> decides, where "wait" means dropped. Members on event loops get it when the turn of their loop
    /// ends, together with what else is broadcast until then; whatever else they are sent after this call still follows it.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="except">One who does not get it; null for none.</param>
    /// <returns>How many it goes to. Those of them whose queue is full do not get it.</returns>
    public int Broadcast(PreparedMessage message, WebSocketConnection? except = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        int count = 0;
        foreach (var part in Volatile.Read(ref _parts))
        {
            count += part.Count;
            part.Broadcast(message, except);
        }

        return except is not null && except.IsIn(this) ? count - 1 : count;
    }

    /// <summary>Sends a text to all; as <see cref="Broadcast(PreparedMessage, WebSocketConnection?)"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="except">One who does not get it; null for none.</param>
    /// <returns>How many it goes to.</returns>
    public int Broadcast(string text, WebSocketConnection? except = null) => Broadcast(PreparedMessage.Text(text), except);

    /// <summary>Goes through those who are in at this moment.</summary>
    public IEnumerator<WebSocketConnection> GetEnumerator()
    {
        var members = new List<WebSocketConnection>();
        lock (_lock)
        {
            foreach (var part in _parts)
                part.CopyTo(members);
        }

        return members.GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Gives a connection its place. Under its gate, by the connection.</summary>
    internal Membership Add(WebSocketConnection connection, ITurns? turns)
    {
        lock (_lock)
        {
            var part = Array.Find(_parts, p => ReferenceEquals(p.Turns, turns));
            if (part is null)
            {
                part = new GroupPart(this, turns, _lock);
                Volatile.Write(ref _parts, [.. _parts, part]);
            }

            return part.Add(connection);
        }
    }

    /// <summary>Takes a place back. By the connection.</summary>
    internal void Remove(Membership member)
    {
        lock (_lock)
        {
            member.Part.Remove(member);
            // A loop that has ended is not kept for a group that lives on.
            if (member.Part.Count == 0)
                Volatile.Write(ref _parts, Array.FindAll(_parts, p => p != member.Part));
        }
    }}
