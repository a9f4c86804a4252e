using System.IO.Compression;

namespace Hutong.SocketIO;

/// <summary>Compression of answers to polls, by what the client's <c>Accept-Encoding</c> names: br, gzip or deflate.</summary>
public sealed record EngineHttpCompressionOptions
{
    /// <summary>How many bytes an answer has at least to be compressed. Default 1,024.</summary>
    public int Threshold { get; init; } = 1024;

    /// <summary>Speed or size. Default <see cref="CompressionLevel.Fastest"/>.</summary>
    public CompressionLevel Level { get; init; } = CompressionLevel.Fastest;
}
