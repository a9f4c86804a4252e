namespace Hutong.Client;

/// <summary>How a stream is sent.</summary>
public sealed record StreamOptions
{
    internal static StreamOptions Default { get; } = new();

    /// <summary>The largest message, in bytes. Default 64 KiB.</summary>
    public int ChunkSize { get; init; } = 64 * 1024;

    /// <summary>Told after each message how many bytes were handed to the connection. Null by default.</summary>
    public IProgress<long>? Progress { get; init; }
}
