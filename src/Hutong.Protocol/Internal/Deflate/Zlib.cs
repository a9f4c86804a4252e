using System.Runtime.InteropServices;

namespace Hutong.Protocol.Internal.Deflate;

/// <summary>The zlib that the runtime carries for its own streams. Why this one: docs/adr/0006-which-zlib.md.</summary>
internal static unsafe partial class Zlib
{
    public const int NoFlush = 0;
    public const int SyncFlush = 2;
    public const int FullFlush = 3;

    public const int Ok = 0;
    public const int StreamEnd = 1;
    public const int BufferError = -5;

    private const string Library = "libSystem.IO.Compression.Native";
    private const int Deflated = 8;

    /// <summary>Begins a raw deflate stream; a negative number of window bits means "raw".</summary>
    public static int DeflateInit(Stream* stream, int level, int windowBits, int memoryLevel) =>
        DeflateInit2(stream, level, Deflated, -windowBits, memoryLevel, strategy: 0);

    public static int InflateInit(Stream* stream, int windowBits) => InflateInit2(stream, -windowBits);

    public static int InflateReset(Stream* stream, int windowBits) => InflateReset2(stream, -windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    public static partial int Deflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    public static partial int DeflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    public static partial int Inflate(Stream* stream, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    public static partial int InflateEnd(Stream* stream);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private static partial int DeflateInit2(Stream* stream, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit2(Stream* stream, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset2(Stream* stream, int windowBits);

    /// <summary>What the runtime's native library takes in place of zlib's own stream.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Stream
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* State;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
