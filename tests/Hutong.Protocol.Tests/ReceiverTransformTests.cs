namespace Hutong.Protocol;

public class ReceiverTransformTests
{
    private const byte Xor = 0x5A;

    public static TheoryData<Role, int> Transforms
    {
        get
        {
            var data = new TheoryData<Role, int>();
            for (int i = 0; i < Kinds.Length; i++)
            {
                data.Add(Role.Server, i);
                data.Add(Role.Client, i);
            }

            return data;
        }
    }

    private static Func<AwkwardTransform>[] Kinds { get; } =
    [
        () => new AwkwardTransform(),
        () => new AwkwardTransform { MaxWritten = 1 },
        () => new AwkwardTransform { MaxConsumed = 1 },
        () => new AwkwardTransform { MaxWritten = 3, MaxConsumed = 2 },
        () => new AwkwardTransform { Swallows = true },
        () => new AwkwardTransform { Swallows = true, MaxWritten = 2 },
    ];

    [Theory]
    [MemberData(nameof(Transforms))]
    public void TryRead_MarkedMessages_AreDecoded(Role role, int kind)
    {
        byte[] wire = new Wire(role)
            .Frame(0xC1, Mask("Hello, 水"u8))
            .Text("plain")
            .Frame(0x42, Mask("ab"u8)).Ping("p"u8).Frame(0x00, Mask("cd"u8)).Pong("q"u8).Frame(0x00, []).Frame(0x80, Mask("ef"u8))
            .Frame(0xC2, [])
            .Frame(0x41, []).Frame(0x80, Mask("x"u8))
            .Frame(0x41, Mask("y"u8)).Frame(0x80, [])
            .Close(1000).ToArray();

        ThreeWays.Read(role, wire, transform: Kinds[kind]).ShouldBe(
        [
            Transcript.Message(Opcode.Text, "Hello, 水"u8), Transcript.Message(Opcode.Text, "plain"u8), "Ping 70", "Pong 71",
            Transcript.Message(Opcode.Binary, "abcdef"u8), "Binary ", "Text 78", "Text 79", "Close 1000 ",
        ]);
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void TryRead_LastByteOfAMarkedMessage_EndsTheMessageAtOnce(Role role, int kind)
    {
        using var receiver = new Receiver(role, 100, Kinds[kind]());
        var transcript = new Transcript();
        foreach (byte b in new Wire(role).Frame(0xC1, Mask("abc"u8)).ToArray())
        {
            Memory<byte> input = new[] { b };
            while (receiver.TryRead(ref input, out var e))
                transcript.Add(e);
        }

        transcript.Finish().ShouldBe(["Text 616263"]);
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void TryRead_RandomMarkedConversations_AgreesWithTheReference(Role role, int kind)
    {
        var random = new Random(31);
        for (int i = 0; i < 8; i++)
        {
            byte[] wire = Conversation.Generate(random, role, Xor);
            ThreeWays.Read(role, wire, transform: Kinds[kind]).ShouldBe(ReferenceReceiver.Read(role, ThreeWays.Limit, wire, Xor), $"conversation {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Transforms))]
    public void TryRead_LongMarkedMessage_IsDecodedThroughManyOutputs(Role role, int kind)
    {
        byte[] payload = new byte[50_000];
        new Random(2).NextBytes(payload);
        byte[] wire = new Wire(role).Frame(0xC2, Mask(payload)).ToArray();
        foreach (int[] pieces in (int[][])[Cuts.Whole(wire.Length), Cuts.At(wire.Length, 20_001), Cuts.Random(wire.Length, new Random(6))])
            ThreeWays.Read(role, wire, pieces, transform: Kinds[kind]).ShouldBe([Transcript.Message(Opcode.Binary, payload)]);
    }

    [Theory]
    [InlineData(Role.Server)]
    [InlineData(Role.Client)]
    public void TryRead_ExpandingTransform_TheLimitHoldsForDecodedBytes(Role role)
    {
        byte[] wire = new Wire(role).Frame(0xC2, new byte[10]).Close(1000).ToArray();
        foreach (int written in (int[])[int.MaxValue, 7, 1])
        {
            Func<IMessageTransform> transform = () => new AwkwardTransform { Repeat = 100, MaxWritten = written };
            ThreeWays.Read(role, wire, limit: 1000, transform)[0].ShouldStartWith("Binary 1000 bytes");
            ThreeWays.Read(role, wire, limit: 999, transform).ShouldBe(["Error message_too_big", "Close 1000 "]);
        }

        byte[] bomb = new Wire(role).Frame(0xC2, new byte[100]).Close(1000).ToArray();
        ThreeWays.Read(role, bomb, limit: 1 << 15, () => new AwkwardTransform { Repeat = int.MaxValue }).ShouldBe(["Error message_too_big", "Close 1000 "]);
    }

    [Theory]
    [InlineData(Role.Server)]
    [InlineData(Role.Client)]
    public void TryRead_MarkedText_Utf8IsJudgedOnDecodedBytes(Role role)
    {
        byte[] good = new Wire(role).Frame(0xC1, Mask("é"u8)).ToArray();
        byte[] bad = new Wire(role).Frame(0xC1, Mask([0x61, 0xFF])).Close(1000).ToArray();
        byte[] cut = new Wire(role).Frame(0xC1, Mask([0x61, 0xC3])).Close(1000).ToArray();
        foreach (var transform in Kinds)
        {
            ThreeWays.Read(role, good, transform: transform).ShouldBe([Transcript.Message(Opcode.Text, "é"u8)]);
            ThreeWays.Read(role, bad, transform: transform).ShouldBe(["Error invalid_utf8", "Close 1000 "]);
            ThreeWays.Read(role, cut, transform: transform).ShouldBe(["Error invalid_utf8", "Close 1000 "]);
        }
    }

    [Theory]
    [InlineData(Role.Server)]
    [InlineData(Role.Client)]
    public void TryRead_MarkOnAContinuationOrControlFrame_IsReserved(Role role)
    {
        Func<IMessageTransform> transform = () => new AwkwardTransform();
        ThreeWays.Read(role, new Wire(role).Frame(0x42, [1]).Frame(0xC0, [1]).ToArray(), transform: transform)[^1].ShouldBe("Error reserved_bits");
        foreach (int opcode in (int[])[8, 9, 10])
            ThreeWays.Read(role, new Wire(role).Frame(0xC0 | opcode, []).ToArray(), transform: transform).ShouldBe(["Error reserved_bits"]);
        foreach (int reserved in (int[])[0x10, 0x20, 0x50, 0x60])
            ThreeWays.Read(role, new Wire(role).Frame(0x82 | reserved, []).ToArray(), transform: transform).ShouldBe(["Error reserved_bits"]);
    }

    [Theory]
    [InlineData(Role.Server)]
    [InlineData(Role.Client)]
    public void Discard_WhileAnExtensionHasOutputLeft_EndsAndFindsTheClose(Role role)
    {
        byte[] wire = new Wire(role).Frame(0xC2, new byte[5]).Close(1000).ToArray();
        int frame = role == Role.Server ? 11 : 7;
        for (int at = 1; at <= frame; at++)
        {
            using var receiver = new Receiver(role, 1 << 20, new AwkwardTransform { Repeat = 10, MaxWritten = 1 });
            Memory<byte> input = wire[..at].ToArray();
            receiver.TryRead(ref input, out _);
            receiver.Discard();
            receiver.TryRead(ref input, out _).ShouldBeFalse();
            input.IsEmpty.ShouldBeTrue();
            Transcript.Of(receiver, wire.AsSpan(at), Cuts.Whole(wire.Length - at)).ShouldBe(["Close 1000 "]);
        }
    }

    private static byte[] Mask(ReadOnlySpan<byte> bytes)
    {
        byte[] masked = bytes.ToArray();
        for (int i = 0; i < masked.Length; i++)
            masked[i] ^= Xor;
        return masked;
    }
}
