using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace Hutong.Protocol.Deflate;

public class DeflateTests
{
    public static TheoryData<int, bool, bool> Agreements
    {
        get
        {
            var all = new TheoryData<int, bool, bool>();
            for (int bits = 9; bits <= 15; bits++)
            {
                all.Add(bits, true, true);
                all.Add(bits, false, false);
            }

            all.Add(15, true, false);
            all.Add(12, false, true);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    public void Messages_OfEverySize_ComeBackEqual(int windowBits, bool serverForgets, bool clientForgets)
    {
        using var pair = new Pair(windowBits, serverForgets, clientForgets);
        var random = new Random(windowBits);
        foreach (int size in (int[])[0, 1, 2, 125, 126, 1000, 4096, 16_383, 16_384, 65_536, 300_000])
        {
            foreach (byte[] message in (byte[][])[Text(random, size), Noise(random, size), new byte[size]])
            {
                Send(pair.Server, pair.Client, message, random).ShouldBe(message);
                Send(pair.Client, pair.Server, message, random).ShouldBe(message);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    public void Fragments_OfOneMessage_ComeBackEqual(int windowBits, bool serverForgets, bool clientForgets)
    {
        using var pair = new Pair(windowBits, serverForgets, clientForgets);
        var random = new Random(windowBits);
        for (int round = 0; round < 20; round++)
        {
            byte[] message = Text(random, random.Next(0, 50_000));
            var wire = new ArrayBufferWriter<byte>();
            int at = 0;
            while (at < message.Length)
            {
                int length = Math.Min(message.Length - at, random.Next(0, 20_000));
                pair.Client.Sender.WriteFragment(wire, Opcode.Binary, message.AsSpan(at, length), endOfMessage: false);
                pair.Client.Sender.WritePing(wire, "between"u8);
                at += length;
            }

            pair.Client.Sender.WriteFragment(wire, Opcode.Binary, default, endOfMessage: true);
            Receive(pair.Server, wire.WrittenSpan, random).ShouldBe(message);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Output_IsReadByTheFrameworksInflater(bool forgets)
    {
        using var pair = new Pair(15, forgets, forgets);
        byte[] message = Text(new Random(1), 5000);
        var wire = new ArrayBufferWriter<byte>();
        pair.Server.Sender.WriteMessage(wire, Opcode.Binary, message);

        FrameHeader.TryRead(wire.WrittenSpan, out var header, out _).ShouldBe(OperationStatus.Done);
        header.Rsv1.ShouldBeTrue();
        byte[] payload = [.. wire.WrittenSpan[header.Size..], 0x00, 0x00, 0xFF, 0xFF];
        payload.Length.ShouldBeLessThan(message.Length / 2);
        using var inflate = new DeflateStream(new MemoryStream(payload), CompressionMode.Decompress);
        byte[] back = new byte[message.Length];
        inflate.ReadExactly(back);
        back.ShouldBe(message);
    }

    [Fact]
    public void SmallWindow_NeverRefersFurtherBack()
    {
        // 9 bits: 512 bytes. A peer with just that window must be able to read it, so a repeat 2,000 bytes back must not be a reference.
        using var pair = new Pair(9, serverForgets: false, clientForgets: false);
        byte[] noise = Noise(new Random(3), 2000);
        byte[] message = [.. noise, .. noise];
        var wire = new ArrayBufferWriter<byte>();
        pair.Server.Sender.WriteMessage(wire, Opcode.Binary, message);
        wire.WrittenCount.ShouldBeGreaterThan(message.Length - 100);
        Receive(pair.Client, wire.WrittenSpan, new Random(3)).ShouldBe(message);
    }

    [Theory]
    [InlineData("f248cdc9c90700", "Hello")] // RFC 7692 §7.2.3.1
    [InlineData("000500faff48656c6c6f00", "Hello")] // §7.2.3.3: a stored block
    [InlineData("f348cdc9c9070000", "Hello")] // §7.2.3.4: BFINAL
    [InlineData("f348cdc9c90700", "Hello")] // the same from a peer that forgot the last byte
    [InlineData("f24805000000ffffcac9c90700", "Hello")] // §7.2.3.5: two blocks
    [InlineData("00", "")] // §7.2.3.6
    [InlineData("0300", "")] // an empty final block
    [InlineData("030000", "")]
    [InlineData("f348cdc9c90700f348cdc9c9070000", "HelloHello")] // two final blocks in one message
    public void Decode_TheExamplesOfTheRfc_GivesTheirText(string hex, string expected)
    {
        foreach (bool forgets in (bool[])[true, false])
        {
            using var pair = new Pair(15, forgets, forgets);
            for (int round = 0; round < 3; round++)
            {
                byte[] payload = Convert.FromHexString(hex);
                byte[] frame = [0xC1, (byte)payload.Length, .. payload];
                Encoding.UTF8.GetString(Receive(pair.Client, frame, new Random(round))).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void Decode_ASecondMessageThatRefersToTheFirst_NeedsTheContext()
    {
        // RFC 7692 §7.2.3.2: the second "Hello" is a reference to the first.
        byte[] first = [0xC1, 7, 0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00];
        byte[] second = [0xC1, 5, 0xF2, 0x00, 0x11, 0x00, 0x00];
        using var keeps = new Pair(15, serverForgets: false, clientForgets: false);
        Receive(keeps.Client, first, new Random(1)).ShouldBe("Hello"u8.ToArray());
        Receive(keeps.Client, second, new Random(1)).ShouldBe("Hello"u8.ToArray());

        using var forgets = new Pair(15, serverForgets: true, clientForgets: true);
        Receive(forgets.Client, first, new Random(1)).ShouldBe("Hello"u8.ToArray());
        Fail(forgets.Client, second).ShouldBe(ProtocolError.InvalidTransform);
    }

    [Fact]
    public void Decode_Garbage_IsAnError()
    {
        using var pair = new Pair(15, serverForgets: true, clientForgets: true);
        Fail(pair.Client, [0xC2, 4, 0xFF, 0xFF, 0xFF, 0xFF]).ShouldBe(ProtocolError.InvalidTransform);
    }

    [Fact]
    public void Decode_ABomb_IsStoppedAtTheLimit()
    {
        using var sender = new Pair(15, serverForgets: true, clientForgets: true);
        var wire = new ArrayBufferWriter<byte>();
        sender.Server.Sender.WriteMessage(wire, Opcode.Binary, new byte[64 * 1024 * 1024]);
        wire.WrittenCount.ShouldBeLessThan(1024 * 1024);

        using var victim = new Pair(15, serverForgets: true, clientForgets: true, maxMessageSize: 100_000);
        Memory<byte> input = wire.WrittenSpan.ToArray();
        long delivered = 0;
        WebSocketEvent e;
        while (victim.Client.TryReceive(ref input, out e) && e.Kind == WebSocketEventKind.Data)
            delivered += e.Payload.Length;
        e.Error.ShouldBe(ProtocolError.MessageTooBig);
        delivered.ShouldBeLessThanOrEqualTo(100_000);
    }

    [Fact]
    public void Decode_TextThatIsNotUtf8_IsAnError()
    {
        using var pair = new Pair(15, serverForgets: true, clientForgets: true);
        var wire = new ArrayBufferWriter<byte>();
        pair.Server.Sender.WriteMessage(wire, Opcode.Text, [0x41, 0xC3, 0x28]);
        Fail(pair.Client, wire.WrittenSpan.ToArray()).ShouldBe(ProtocolError.InvalidUtf8);
    }

    [Fact]
    public void Marks_WhereNoneBelong_AreErrors()
    {
        Error([0xC9, 0]).ShouldBe(ProtocolError.ReservedBits); // a ping
        Error([0x02, 1, 65, 0xC0, 1, 65]).ShouldBe(ProtocolError.ReservedBits); // a continuation
        Error([0xA2, 0]).ShouldBe(ProtocolError.ReservedBits); // RSV2
        Error([0xD2, 0]).ShouldBe(ProtocolError.ReservedBits); // RSV3

        static ProtocolError? Error(byte[] frames)
        {
            using var pair = new Pair(15, serverForgets: true, clientForgets: true);
            return Fail(pair.Client, frames);
        }
    }

    [Fact]
    public void Send_BelowTheThresholdOrOptedOut_IsPlain()
    {
        using var pair = new Pair(15, serverForgets: true, clientForgets: true, threshold: 100);
        IsMarked(new byte[99]).ShouldBeFalse();
        IsMarked(new byte[100]).ShouldBeTrue();
        IsMarked(new byte[1000], transform: false).ShouldBeFalse();

        bool IsMarked(byte[] message, bool transform = true)
        {
            var wire = new ArrayBufferWriter<byte>();
            pair.Server.Sender.WriteMessage(wire, Opcode.Binary, message, transform);
            return (wire.WrittenSpan[0] & 0x40) != 0;
        }
    }

    [Fact]
    public void Compress_WithoutContext_AllocatesNothingAMessage()
    {
        using var pair = new Pair(15, serverForgets: true, clientForgets: true);
        byte[] message = Text(new Random(5), 1000);
        var wire = new ArrayBufferWriter<byte>(4096);
        byte[] buffer = new byte[4096];
        void Round()
        {
            wire.ResetWrittenCount();
            pair.Server.Sender.WriteMessage(wire, Opcode.Text, message);
            wire.WrittenSpan.CopyTo(buffer);
            var input = buffer.AsMemory(0, wire.WrittenCount);
            while (pair.Client.TryReceive(ref input, out _))
            {
            }
        }

        for (int i = 0; i < 100; i++)
            Round();
        Allocations.Least(() =>
        {
            for (int i = 0; i < 2000; i++)
                Round();
        }).ShouldBe(0);
    }

    private static ProtocolError? Fail(WebSocketProtocol end, byte[] frames)
    {
        Memory<byte> input = frames;
        while (end.TryReceive(ref input, out var e))
        {
            if (e.Kind == WebSocketEventKind.Error)
                return e.Error;
        }

        return null;
    }

    private static byte[] Send(WebSocketProtocol from, WebSocketProtocol to, byte[] message, Random random)
    {
        var wire = new ArrayBufferWriter<byte>();
        from.Sender.WriteMessage(wire, Opcode.Binary, message);
        return Receive(to, wire.WrittenSpan, random);
    }

    /// <summary>Receives one message from bytes that come in random pieces.</summary>
    private static byte[] Receive(WebSocketProtocol end, ReadOnlySpan<byte> wire, Random random)
    {
        var message = new ArrayBufferWriter<byte>();
        bool ended = false;
        while (!wire.IsEmpty)
        {
            int length = Math.Min(wire.Length, random.Next(2) == 0 ? wire.Length : random.Next(1, 5000));
            Memory<byte> piece = wire[..length].ToArray();
            wire = wire[length..];
            while (end.TryReceive(ref piece, out var e))
            {
                if (e.Kind == WebSocketEventKind.Ping)
                    continue;
                e.Kind.ShouldBe(WebSocketEventKind.Data, e.Error?.ToString());
                ended.ShouldBeFalse();
                message.Write(e.Payload.Span);
                ended = e.EndOfMessage;
            }
        }

        ended.ShouldBeTrue();
        return message.WrittenSpan.ToArray();
    }

    private static byte[] Text(Random random, int length)
    {
        string[] words = ["hutong ", "message ", "room ", "{\"type\":\"chat\",", "你好", "\"id\":", "12345", "lane "];
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(words[random.Next(words.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString())[..length];
    }

    private static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>Two ends that agreed on compression.</summary>
    private sealed class Pair : IDisposable
    {
        public Pair(int windowBits, bool serverForgets, bool clientForgets, long maxMessageSize = 128 * 1024 * 1024, int threshold = 0)
        {
            var options = new PerMessageDeflateOptions
            {
                ServerMaxWindowBits = windowBits,
                ClientMaxWindowBits = windowBits,
                ServerNoContextTakeover = serverForgets,
                ClientNoContextTakeover = clientForgets,
                Threshold = threshold,
            };
            var extension = new PerMessageDeflate(options);
            extension.TryAccept(extension.CreateOffers()[0], out var response, out var server).ShouldBeTrue();
            extension.TryConfirm(response, out var client).ShouldBeTrue(response.ToString());
            Server = new WebSocketProtocol(Role.Server, maxMessageSize, server);
            Client = new WebSocketProtocol(Role.Client, maxMessageSize, client);
        }

        public WebSocketProtocol Server { get; }

        public WebSocketProtocol Client { get; }

        public void Dispose()
        {
            Server.Dispose();
            Client.Dispose();
        }
    }
}
