namespace Hutong.Protocol;

/// <summary>How messages are compressed. The defaults keep nothing between messages, so that idle connections cost nothing.</summary>
public sealed record PerMessageDeflateOptions
{
    /// <summary>
    /// Whether the server forgets its context after each message. Default true: compressors are shared among connections, and a broadcast is
    /// compressed once for all. False compresses similar messages better, for up to 256 KiB a connection.
    /// </summary>
    public bool ServerNoContextTakeover { get; init; } = true;

    /// <summary>Whether clients are asked to forget theirs. Default true: decompressors are shared; false costs some 40 KiB a connection.</summary>
    public bool ClientNoContextTakeover { get; init; } = true;

    /// <summary>The server's window, as a power of two: 9 to 15. Default 15, 32 KiB.</summary>
    public int ServerMaxWindowBits { get; init; } = 15;

    /// <summary>The client's window: 9 to 15, as far as clients can be told. Default 15.</summary>
    public int ClientMaxWindowBits { get; init; } = 15;

    /// <summary>How hard to try: 1, fast, to 9. Default 1: for messages of some kilobytes the rest costs more than it saves.</summary>
    public int Level { get; init; } = 1;

    /// <summary>How much memory a compressor may take: 1 to 9. Default 8.</summary>
    public int MemoryLevel { get; init; } = 8;

    /// <summary>Messages below this many bytes are sent plain. Default 256: smaller ones seldom shrink. 0 compresses all.</summary>
    public int Threshold { get; init; } = 256;

    internal void Validate()
    {
        ThrowIfNotIn(ServerMaxWindowBits, 9, 15, nameof(ServerMaxWindowBits));
        ThrowIfNotIn(ClientMaxWindowBits, 9, 15, nameof(ClientMaxWindowBits));
        ThrowIfNotIn(Level, 1, 9, nameof(Level));
        ThrowIfNotIn(MemoryLevel, 1, 9, nameof(MemoryLevel));
        ThrowIfNotIn(Threshold, 0, int.MaxValue, nameof(Threshold));
    }

    private static void ThrowIfNotIn(int value, int min, int max, string name)
    {
        if (value < min || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"Between {min} and {max}.");
    }
}
