using System.Buffers;
using System.Text;
using Hutong.Client.Internal;

namespace Hutong.Client;

/// <summary>The bare socket's parser: strict, and the same however the bytes come.</summary>
public class ResponseHeadTests
{
    [Fact]
    public void TrySplit_InTwoPieces_FindsTheSameEnd()
    {
        byte[] bytes = "HTTP/1.1 101 X\r\nA: b\r\n\r\n\r\nrest"u8.ToArray();
        for (int at = 0; at <= bytes.Length; at++)
        {
            var buffer = Sequence(bytes[..at], bytes[at..]);

            ResponseHead.TrySplit(buffer, out var head, out var next).ShouldBeTrue();

            Encoding.ASCII.GetString(head.ToArray()).ShouldBe("HTTP/1.1 101 X\r\nA: b\r\n");
            Encoding.ASCII.GetString(buffer.Slice(next).ToArray()).ShouldBe("\r\nrest");
        }
    }

    [Fact]
    public void TrySplit_ByteByByte_FindsNothingBeforeTheEnd()
    {
        byte[] bytes = "HTTP/1.1 101 X\r\nA: b\r\n\r\n"u8.ToArray();
        for (int length = 0; length < bytes.Length; length++)
            ResponseHead.TrySplit(new ReadOnlySequence<byte>(bytes, 0, length), out _, out _).ShouldBeFalse();
    }

    [Fact]
    public void TryParse_AGoodHead_GivesItsParts()
    {
        var head = ResponseHead.TryParse("HTTP/1.1 101 Switching Protocols\r\nUPGRADE:websocket\r\nA: \t b c \r\na:d\r\nEmpty:\r\n"u8)!;

        head.StatusCode.ShouldBe(101);
        head["Upgrade"].ShouldBe("websocket");
        head["a"].ShouldBe("b c, d");
        head["empty"].ShouldBe("");
        head["absent"].ShouldBeNull();
        ResponseHead.TryParse("HTTP/1.1 204\r\n"u8)!.StatusCode.ShouldBe(204);
        ResponseHead.TryParse("HTTP/1.0 500 Old\r\n"u8)!.StatusCode.ShouldBe(500);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 101 no end")]
    [InlineData("HTTP/1.0 101 X\r\n")]
    [InlineData("HTTP/2 101 X\r\n")]
    [InlineData("http/1.1 101 X\r\n")]
    [InlineData("HTTP/1.1  101 X\r\n")]
    [InlineData("HTTP/1.1 1011\r\n")]
    [InlineData("HTTP/1.1 099 X\r\n")]
    [InlineData("HTTP/1.1 600 X\r\n")]
    [InlineData("HTTP/1.1 10 X\r\n")]
    [InlineData("HTTP/1.1 101 X\0\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nno colon\r\n")]
    [InlineData("HTTP/1.1 101 X\r\n: no name\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA : space\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\r\n folded\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\nC: d\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA: b\rC: d\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA: \u0001\r\n")]
    [InlineData("HTTP/1.1 101 X\r\nA: \u007f\r\n")]
    public void TryParse_ABadHead_GivesNothing(string head) => ResponseHead.TryParse(Encoding.Latin1.GetBytes(head)).ShouldBeNull();

    [Fact]
    public void TryParse_RandomBytes_NeverThrows()
    {
        var random = new Random(1);
        byte[] good = "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nA: b\r\n"u8.ToArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = [.. good];
            for (int n = random.Next(1, 5); n > 0; n--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            _ = ResponseHead.TryParse(bytes.AsSpan(0, random.Next(bytes.Length + 1)));
        }
    }

    private static ReadOnlySequence<byte> Sequence(byte[] first, byte[] second)
    {
        var a = new Segment(first, 0);
        var b = new Segment(second, first.Length);
        a.Link(b);
        return new ReadOnlySequence<byte>(a, 0, b, second.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public void Link(Segment next) => Next = next;
    }
}
