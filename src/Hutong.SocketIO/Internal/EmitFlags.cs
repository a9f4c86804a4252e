namespace Hutong.SocketIO.Internal;

/// <summary>How an event is emitted.</summary>
internal readonly record struct EmitFlags
{
    public bool Volatile { get; init; }

    public bool Local { get; init; }

    public bool Uncompressed { get; init; }

    public TimeSpan? Timeout { get; init; }

    public EventData Mark(EventData data) => Uncompressed ? data with { Compress = false } : data;
}
