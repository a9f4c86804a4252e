using System.Buffers;
using System.IO.Compression;
using System.Text;
using BenchmarkDotNet.Attributes;

namespace Hutong.Benchmarks;

/// <summary>permessage-deflate on a kilobyte of JSON: out and back through the engine, beside the framework's streams.</summary>
[MemoryDiagnoser]
public class DeflateBenchmarks : IDisposable
{
    private readonly ArrayBufferWriter<byte> _output = new(8192);
    private readonly byte[] _buffer = new byte[8192];
    private byte[] _message = [];
    private byte[] _frame = [];
    private WebSocketProtocol _server = null!;
    private WebSocketProtocol _client = null!;

    [Params(true, false)]
    public bool Takeover { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _message = Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 16).Select(i => $$"""{"type":"tick","symbol":"S{{i * 37 % 200}}","price":{{1000 + (i * 7919 % 997)}},"at":17{{i:D9}}},""")));
        var extension = new PerMessageDeflate(new() { ServerNoContextTakeover = !Takeover, ClientNoContextTakeover = !Takeover, Threshold = 0 });
        extension.TryAccept(extension.CreateOffers()[0], out var response, out var server);
        extension.TryConfirm(response, out var client);
        _server = new WebSocketProtocol(Role.Server, 1 << 20, server);
        _client = new WebSocketProtocol(Role.Client, 1 << 20, client);
        Compress();
        _frame = _output.WrittenSpan.ToArray();
        Decompress(_frame);
    }

    [Benchmark]
    public int Compress()
    {
        _output.ResetWrittenCount();
        _server.Sender.WriteMessage(_output, Opcode.Text, _message);
        return _output.WrittenCount;
    }

    /// <summary>Both ends together: with context, a message can be read once only.</summary>
    [Benchmark]
    public int CompressAndDecompress()
    {
        Compress();
        return Decompress(_output.WrittenSpan);
    }

    [Benchmark(Baseline = true)]
    public int FrameworkCompress()
    {
        using var output = new MemoryStream(_buffer);
        using (var deflate = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(_message);
        return (int)output.Position;
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
        GC.SuppressFinalize(this);
    }

    private int Decompress(ReadOnlySpan<byte> frame)
    {
        frame.CopyTo(_buffer);
        var input = _buffer.AsMemory(0, frame.Length);
        int length = 0;
        while (_client.TryReceive(ref input, out var e))
            length += e.Payload.Length;
        return length;
    }
}
