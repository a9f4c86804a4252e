namespace Hutong.Connections.Internal;

/// <summary>Connections that somebody has to know of: a list whose links are in the connections, so that a place in it costs no object. Thread-safe.</summary>
internal sealed class ConnectionList
{
    private readonly Lock _lock = new();
    private WebSocketConnection? _first;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds a connection that is in no list.</summary>
    public void Add(WebSocketConnection connection)
    {
        lock (_lock)
        {
            connection.NextInList = _first;
            if (_first is not null)
                _first.PreviousInList = connection;
            _first = connection;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Takes out a connection that is in the list.</summary>
    public void Remove(WebSocketConnection connection)
    {
        lock (_lock)
        {
            var (previous, next) = (connection.PreviousInList, connection.NextInList);
            if (previous is not null)
                previous.NextInList = next;
            else
                _first = next;
            if (next is not null)
                next.PreviousInList = previous;
            connection.PreviousInList = connection.NextInList = null;
            Volatile.Write(ref _count, _count - 1);
        }
    }

    /// <summary>Those who are in it at this moment.</summary>
    public List<WebSocketConnection> ToList()
    {
        lock (_lock)
        {
            var all = new List<WebSocketConnection>(_count);
            for (var connection = _first; connection is not null; connection = connection.NextInList)
                all.Add(connection);
            return all;
        }
    }
}
