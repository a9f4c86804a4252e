using BenchmarkDotNet.Attributes;

namespace Hutong.Benchmarks;

/// <summary>Masking between byte by byte, as the RFC words it, and a copy, which is as fast as memory goes.</summary>
public class MaskingBenchmarks
{
    private byte[] _data = [];
    private byte[] _target = [];
    private uint _key;

    [Params(8, 125, 1024, 16 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _data = new byte[Bytes];
        _target = new byte[Bytes];
        _key = 0x12345678;
        new Random(1).NextBytes(_data);
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        byte[] data = _data;
        Span<byte> key = stackalloc byte[4];
        BitConverter.TryWriteBytes(key, _key);
        for (int i = 0; i < data.Length; i++)
            data[i] ^= key[i & 3];
    }

    [Benchmark]
    public uint InPlace() => Masking.Apply(_data.AsSpan(), _key);

    [Benchmark]
    public uint IntoAnother() => Masking.Apply(_data, _target, _key);

    [Benchmark]
    public void Copy() => _data.AsSpan().CopyTo(_target);
}
