using System.Text;

namespace Hutong.Protocol;

public class ReceiverTests
{
    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_SamplesOfTheRfc_AreRead(Role role)
    {
        // RFC 6455 §5.7; the masked forms go to a server.
        byte[] wire = role == Role.Server
            ? [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58, 0x8a, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]
            : [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x01, 0x03, 0x48, 0x65, 0x6c, 0x80, 0x02, 0x6c, 0x6f, 0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f];

        ThreeWays.Read(role, wire).ShouldBe(role == Role.Server
            ? ["Text 48656C6C6F", "Pong 48656C6C6F"]
            : ["Text 48656C6C6F", "Text 48656C6C6F", "Ping 48656C6C6F"]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_EveryLengthForm_GivesTheWholeMessage(Role role)
    {
        foreach (int length in (int[])[0, 1, 125, 126, 127])
        {
            byte[] payload = Bytes(length);
            ThreeWays.Read(role, new Wire(role).Binary(payload).Ping().ToArray()).ShouldBe([Transcript.Message(Opcode.Binary, payload), "Ping "]);
        }

        foreach (int length in (int[])[65535, 65536, 1 << 20])
        {
            byte[] payload = Bytes(length);
            byte[] wire = new Wire(role).Binary(payload).Ping().ToArray();
            foreach (int[] pieces in (int[][])[Cuts.Whole(wire.Length), Cuts.At(wire.Length, 5), Cuts.At(wire.Length, 14), Cuts.EachByte(wire.Length)])
                ThreeWays.Read(role, wire, pieces).ShouldBe([Transcript.Message(Opcode.Binary, payload), "Ping "]);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_FragmentsWithControlFramesBetween_GivesOneMessage(Role role)
    {
        byte[] wire = new Wire(role).Text("Hé", fin: false).Ping("p"u8).Continue([0xE6, 0xB0], fin: false).Pong("q"u8).Pong()
            .Continue([0xB4], fin: false).Ping().Continue("!"u8).Text("next").Close(1000, "bye").ToArray();

        ThreeWays.Read(role, wire).ShouldBe(
            ["Ping 70", "Pong 71", "Pong ", "Ping ", Transcript.Message(Opcode.Text, "Hé水!"u8), Transcript.Message(Opcode.Text, "next"u8), "Close 1000 bye"]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_EmptyMessagesAndFragments_AreMessages(Role role)
    {
        byte[] wire = new Wire(role).Text("").Binary([]).Text("", fin: false).Continue([], fin: false).Continue([])
            .Binary([], fin: false).Continue("a"u8, fin: false).Continue([], fin: false).Continue([]).ToArray();

        ThreeWays.Read(role, wire).ShouldBe(["Text ", "Binary ", "Text ", "Binary 61"]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_PieceOfAMessage_SaysWhereTheMessageBeginsAndEnds(Role role)
    {
        using var receiver = new Receiver(role, ThreeWays.Limit);
        Memory<byte> input = new Wire(role).Text("a", fin: false).Ping().Continue("b"u8).ToArray();

        receiver.InMessage.ShouldBeFalse();
        receiver.TryRead(ref input, out var e).ShouldBeTrue();
        (e.Kind, e.Opcode, e.IsFirst, e.EndOfMessage).ShouldBe((WebSocketEventKind.Data, Opcode.Text, true, false));
        receiver.InMessage.ShouldBeTrue();
        receiver.TryRead(ref input, out e).ShouldBeTrue();
        e.Kind.ShouldBe(WebSocketEventKind.Ping);
        receiver.TryRead(ref input, out e).ShouldBeTrue();
        (e.Kind, e.Opcode, e.IsFirst, e.EndOfMessage).ShouldBe((WebSocketEventKind.Data, Opcode.Text, false, true));
        receiver.InMessage.ShouldBeFalse();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        input.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_LongestControlFrames_AreRead(Role role)
    {
        byte[] payload = Bytes(125);
        byte[] wire = new Wire(role).Ping(payload).Pong(payload).ToArray();
        ThreeWays.Read(role, wire).ShouldBe(
            [Transcript.Message(Opcode.Binary, payload).Replace("Binary", "Ping", StringComparison.Ordinal), Transcript.Message(Opcode.Binary, payload).Replace("Binary", "Pong", StringComparison.Ordinal)]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_TwoHundredThousandFragmentsWithPings_GivesOneMessage(Role role)
    {
        const int Fragments = 200_000;
        var wire = new Wire(role).Binary([7], fin: false);
        int pings = 0;
        for (int i = 2; i < Fragments; i++)
        {
            wire.Continue([(byte)i], fin: false);
            if (i % 1000 == 0)
            {
                wire.Ping([1]);
                pings++;
            }
        }

        byte[] bytes = wire.Continue([8]).ToArray();
        foreach (int[] pieces in (int[][])[Cuts.Whole(bytes.Length), Cuts.Random(bytes.Length, new Random(4))])
        {
            var lines = ThreeWays.Read(role, bytes, pieces);
            lines.Count.ShouldBe(pings + 1);
            lines[^1].ShouldStartWith($"Binary {Fragments} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_RandomConversations_AgreesWithTheReference(Role role)
    {
        var random = new Random(12);
        for (int i = 0; i < 30; i++)
        {
            byte[] wire = Conversation.Generate(random, role, xor: null);
            ThreeWays.Read(role, wire).ShouldBe(ReferenceReceiver.Read(role, ThreeWays.Limit, wire, xor: null), $"conversation {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_DataAfterClose_IsIgnored(Role role)
    {
        byte[] wire = new Wire(role).Text("a").Close(4000, "é").Text("b").Ping().Close(1000).Raw(0xFF, 0xFF).ToArray();

        ThreeWays.Read(role, wire).ShouldBe(["Text 61", "Close 4000 é"]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Discard_InTheMiddleOfAFrame_ReportsOnlyTheClose(Role role)
    {
        byte[] wire = new Wire(role).Text("abcdef", fin: false).Ping("x"u8).Continue([0xFF]).Text([0xFF]).Binary(new byte[300]).Close(1001, "bye").Text("z").ToArray();
        for (int at = 0; at <= wire.Length; at++)
        {
            using var receiver = new Receiver(role, maxMessageSize: 8);
            Transcript.Of(receiver, wire.AsSpan(0, at), Cuts.Whole(at));

            bool couldFind = receiver.CanFindClose;
            receiver.Discard();
            receiver.CanFindClose.ShouldBe(couldFind);
            var lines = Transcript.Of(receiver, wire.AsSpan(at), Cuts.EachByte(wire.Length - at));
            if (couldFind)
                lines.ShouldBe(["Close 1001 bye"]);
            else
                lines.ShouldBeEmpty();
            receiver.CanFindClose.ShouldBeFalse();
        }
    }

    [Fact]
    public void Dispose_ThenBytes_NothingIsReported()
    {
        var receiver = new Receiver(Role.Client, 100);
        receiver.Dispose();
        Memory<byte> input = new Wire(Role.Client).Text("a").ToArray();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        input.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Constructor_NegativeLimit_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => new Receiver(Role.Server, -1));

    [Fact]
    public void TryRead_WholeMessageToAClient_LiesInTheCallersBuffer()
    {
        using var receiver = new Receiver(Role.Client, 100);
        byte[] wire = new Wire(Role.Client).Text("abc").ToArray();
        Memory<byte> input = wire;
        receiver.TryRead(ref input, out var e).ShouldBeTrue();
        Encoding.UTF8.GetString(e.Payload.Span).ShouldBe("abc");
        e.Payload.Span.Overlaps(wire).ShouldBeTrue();
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
