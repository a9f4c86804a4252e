using System.Buffers;

namespace Hutong.Protocol;

public class SenderTransformTests
{
    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    private static Func<AwkwardTransform>[] Kinds { get; } =
    [
        () => new AwkwardTransform(),
        () => new AwkwardTransform { MaxWritten = 1 },
        () => new AwkwardTransform { MaxWritten = 5, MaxConsumed = 3 },
        () => new AwkwardTransform { Swallows = true },
    ];

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteMessage_Transformed_RoundTripsAndIsMarkedOnTheFirstFrameOnly(Role role)
    {
        foreach (var kind in Kinds)
        {
            foreach (int size in (int[])[0, 1, 2, 5, 126, 1000, 20_000])
            {
                byte[] payload = new byte[size];
                new Random(size).NextBytes(payload);
                var sender = new Sender(role, kind());
                var output = new ArrayBufferWriter<byte>();

                sender.WriteMessage(output, Opcode.Binary, payload);
                sender.WritePing(output, "p"u8);
                sender.WriteMessage(output, Opcode.Binary, payload, transform: false);
                sender.WriteText(output, "text");

                sender.InMessage.ShouldBeFalse();
                byte[] wire = output.WrittenSpan.ToArray();
                var firsts = FirstBytes(wire);
                firsts[0].ShouldBe(firsts.IndexOf(0x89) == 1 ? (byte)0xC2 : (byte)0x42);
                firsts[1..firsts.IndexOf(0x89)].ShouldAllBe(b => b == 0x00 || b == 0x80);
                firsts[firsts.IndexOf(0x89) + 1].ShouldBe((byte)0x82, "a message sent plain is not marked");
                Read(role, wire, kind()).ShouldBe(
                    [Transcript.Message(Opcode.Binary, payload), "Ping 70", Transcript.Message(Opcode.Binary, payload), Transcript.Message(Opcode.Text, "text"u8)]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteFragment_TransformedWithPingsBetween_RoundTrips(Role role)
    {
        foreach (var kind in Kinds)
        {
            var sender = new Sender(role, kind());
            var output = new ArrayBufferWriter<byte>();
            sender.WriteFragment(output, Opcode.Text, [], endOfMessage: false);
            sender.WritePing(output, []);
            sender.WriteFragment(output, Opcode.Text, "ab"u8, endOfMessage: false);
            sender.WritePong(output, []);
            sender.WriteFragment(output, Opcode.Text, "cde"u8, endOfMessage: false);
            sender.WriteFragment(output, Opcode.Text, [], endOfMessage: true);
            sender.WriteFragment(output, Opcode.Binary, "x"u8, endOfMessage: false, transform: false);
            sender.WriteFragment(output, Opcode.Binary, "y"u8, endOfMessage: true);

            byte[] wire = output.WrittenSpan.ToArray();
            FirstBytes(wire).Count(b => (b & 0x40) != 0).ShouldBe(1);
            Read(role, wire, kind()).ShouldBe(["Ping ", "Pong ", "Text 6162636465", "Binary 7879"]);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteMessage_ExpandingTransform_WritesEveryByte(Role role)
    {
        foreach (int most in (int[])[int.MaxValue, 10, 1])
        {
            var sender = new Sender(role, new AwkwardTransform { Repeat = 3, Xor = 0, MaxWritten = most });
            var output = new ArrayBufferWriter<byte>();
            sender.WriteText(output, "abc");
            Read(role, output.WrittenSpan.ToArray(), new AwkwardTransform { Xor = 0 }).ShouldBe([Transcript.Message(Opcode.Text, "aaabbbccc"u8)]);
        }
    }

    private static IReadOnlyList<string> Read(Role sender, byte[] wire, IMessageTransform transform)
    {
        using var receiver = new Receiver(sender == Role.Server ? Role.Client : Role.Server, 1 << 20, transform);
        return Transcript.Of(receiver, wire, Cuts.Random(wire.Length, new Random(5)));
    }

    private static List<byte> FirstBytes(ReadOnlySpan<byte> wire)
    {
        var firsts = new List<byte>();
        while (!wire.IsEmpty)
        {
            FrameHeader.TryRead(wire, out var header, out _).ShouldBe(OperationStatus.Done);
            firsts.Add(wire[0]);
            wire = wire[(header.Size + (int)header.PayloadLength)..];
        }

        return firsts;
    }
}
