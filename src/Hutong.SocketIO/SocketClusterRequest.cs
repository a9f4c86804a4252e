namespace Hutong.SocketIO;

/// <summary>What one node asks of the others. Everything in it can be serialized.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Namespace">In which namespace.</param>
/// <param name="Target">With which of its sockets.</param>
public sealed record SocketClusterRequest(SocketClusterRequestKind Kind, string Namespace, SocketTarget Target)
{
    /// <summary>The rooms to join or to leave.</summary>
    public IReadOnlyList<string> Rooms { get; init; } = [];

    /// <summary>Whether to close connections too.</summary>
    public bool Close { get; init; }

    /// <summary>The name of the event to emit.</summary>
    public string Event { get; init; } = "";

    /// <summary>The event's arguments: a JSON array, with placeholders for attachments.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>The event's attachments.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attachments { get; init; } = [];

    /// <summary>Whether the event is only for those to whom it would go out at once.</summary>
    public bool Volatile { get; init; }

    /// <summary>How long answers are waited for.</summary>
    public TimeSpan Timeout { get; init; }
}
