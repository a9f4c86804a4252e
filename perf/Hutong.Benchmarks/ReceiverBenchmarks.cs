using System.Buffers;
using BenchmarkDotNet.Attributes;

namespace Hutong.Benchmarks;

/// <summary>A server's receiver on what one read of a busy connection brings: sixteen masked messages of 125 bytes.</summary>
[MemoryDiagnoser]
public class ReceiverBenchmarks
{
    private const int Messages = 16;
    private static readonly Receiver Receiver = new(Role.Server, 1 << 20);
    private byte[] _wire = [];
    private byte[] _buffer = [];

    [Params(Opcode.Text, Opcode.Binary)]
    public Opcode Type { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var output = new ArrayBufferWriter<byte>();
        var sender = new Sender(Role.Client);
        byte[] payload = new byte[125];
        payload.AsSpan().Fill((byte)'x');
        for (int i = 0; i < Messages; i++)
            sender.WriteMessage(output, Type, payload);
        _wire = output.WrittenSpan.ToArray();
        _buffer = new byte[_wire.Length];
    }

    /// <summary>The copy stands for the read: unmasking changes the buffer.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public void CopyOnly() => _wire.CopyTo(_buffer, 0);

    [Benchmark(OperationsPerInvoke = Messages)]
    public int CopyAndRead()
    {
        _wire.CopyTo(_buffer, 0);
        Memory<byte> input = _buffer;
        int events = 0;
        while (Receiver.TryRead(ref input, out _))
            events++;
        return events;
    }
}
