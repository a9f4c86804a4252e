namespace Hutong.Protocol.Internal.Deflate;

/// <summary>What makes two compressors exchangeable; also the key of messages that are compressed once for many.</summary>
internal sealed record DeflateParameters(int WindowBits, int Level, int MemoryLevel);
