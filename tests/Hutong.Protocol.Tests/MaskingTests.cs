using System.Buffers.Binary;

namespace Hutong.Protocol;

public class MaskingTests
{
    private const int Guard = 80;
    private static readonly byte[] Key = [0x11, 0xA2, 0x3C, 0xD4];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_EveryLengthAndStart_EqualsByteByByteAndTouchesNothingElse(int turned)
    {
        byte[] keyBytes = [Key[turned], Key[(turned + 1) % 4], Key[(turned + 2) % 4], Key[(turned + 3) % 4]];
        uint key = BitConverter.ToUInt32(keyBytes);
        byte[] source = Bytes(1000, 1);
        for (int length = 0; length <= 600; length++)
        {
            for (int start = 0; start < 17; start++)
            {
                byte[] expected = (byte[])source.Clone();
                Naive(expected.AsSpan(Guard + start, length), keyBytes);

                byte[] inPlace = (byte[])source.Clone();
                uint next = Masking.Apply(inPlace.AsSpan(Guard + start, length), key);
                inPlace.AsSpan().SequenceEqual(expected).ShouldBeTrue($"in place, length {length}, start {start}");
                next.ShouldBe(BitConverter.ToUInt32([keyBytes[length % 4], keyBytes[(length + 1) % 4], keyBytes[(length + 2) % 4], keyBytes[(length + 3) % 4]]));

                byte[] copy = new byte[1000];
                Masking.Apply(source.AsSpan(Guard + start, length), copy.AsSpan(Guard + start + (length % 3), length), key).ShouldBe(next);
                var written = copy.AsSpan(Guard + start + (length % 3), length);
                written.SequenceEqual(expected.AsSpan(Guard + start, length)).ShouldBeTrue($"copied, length {length}, start {start}");
                written.Clear();
                copy.AsSpan().ContainsAnyExcept((byte)0).ShouldBeFalse($"written outside, length {length}, start {start}");
            }
        }
    }

    [Fact]
    public void Apply_InPieces_EqualsTheWhole()
    {
        var random = new Random(3);
        for (int round = 0; round < 2000; round++)
        {
            byte[] expected = Bytes(random.Next(700), round);
            byte[] inPlace = (byte[])expected.Clone();
            byte[] source = (byte[])expected.Clone();
            byte[] copy = new byte[source.Length];
            Naive(expected, Key);
            uint key = BitConverter.ToUInt32(Key);
            uint copyKey = key;
            int at = 0;
            foreach (int length in Cuts.Random(source.Length, random))
            {
                key = Masking.Apply(inPlace.AsSpan(at, length), key);
                copyKey = Masking.Apply(source.AsSpan(at, length), copy.AsSpan(at), copyKey);
                at += length;
            }

            inPlace.ShouldBe(expected);
            copy.ShouldBe(expected);
        }
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    [InlineData(1_000_003)]
    public void Apply_LongPayload_EqualsByteByByteAndUndoesItself(int length)
    {
        byte[] data = Bytes(length, 9);
        byte[] expected = (byte[])data.Clone();
        Naive(expected, Key);

        Masking.Apply(data, BitConverter.ToUInt32(Key));
        data.AsSpan().SequenceEqual(expected).ShouldBeTrue();

        Masking.Apply(data, BitConverter.ToUInt32(Key));
        data.AsSpan().SequenceEqual(Bytes(length, 9)).ShouldBeTrue();
    }

    [Fact]
    public void Apply_SampleOfTheRfc_IsHello()
    {
        // RFC 6455 §5.7: "Hello", masked.
        byte[] data = [0x7f, 0x9f, 0x4d, 0x51, 0x58];
        Masking.Apply(data, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(0x37fa213du) : 0x37fa213du);
        data.ShouldBe("Hello"u8.ToArray());
    }

    [Fact]
    public void Apply_DestinationShorter_Throws()
    {
        Should.Throw<ArgumentException>(() => Masking.Apply(new byte[5], new byte[4], 1));
        Should.NotThrow(() => Masking.Apply(new byte[5], new byte[6], 1));
    }

    private static void Naive(Span<byte> data, byte[] key)
    {
        for (int i = 0; i < data.Length; i++)
            data[i] ^= key[i % 4];
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
