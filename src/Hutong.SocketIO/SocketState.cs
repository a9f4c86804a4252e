namespace Hutong.SocketIO;

/// <summary>What is kept of a socket whose connection was lost, for the case that it comes back.</summary>
public sealed record SocketState
{
    /// <summary>The secret by which its client names it.</summary>
    public required string Pid { get; init; }

    /// <summary>The socket's id.</summary>
    public required string Id { get; init; }

    /// <summary>The namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>What the client's offsets of this socket begin with.</summary>
    public required string Tag { get; init; }

    /// <summary>Which table of places the client's offsets must be of.</summary>
    public int Generation { get; init; }

    /// <summary>Where it stood in the streams of its rooms, and of those that it was in before.</summary>
    public IReadOnlyList<SocketPlace> Places { get; init; } = [];

    /// <summary>What the application kept with it: <see cref="Socket.Data"/>.</summary>
    public IReadOnlyDictionary<string, object?> Data { get; init; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>When it is to be forgotten.</summary>
    public DateTimeOffset Expires { get; init; }
}
