using System.Buffers;

namespace Hutong.Protocol;

/// <summary>Frames cost no memory once a connection is warm.</summary>
public class AllocationTests
{
    private const int Frames = 10_000;
    private const int Limit = 1 << 20;

    public static TheoryData<Role, string> Receptions
    {
        get
        {
            var data = new TheoryData<Role, string>();
            foreach (string kind in (string[])["text", "binary", "fragments", "ping", "large", "marked"])
            {
                data.Add(Role.Server, kind);
                data.Add(Role.Client, kind);
            }

            return data;
        }
    }

    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [MemberData(nameof(Receptions))]
    public void TryRead_TenThousandFrames_AllocatesNothing(Role role, string kind)
    {
        byte[] wire = kind switch
        {
            "text" => new Wire(role).Text("Hello, 水").ToArray(),
            "binary" => new Wire(role).Binary(new byte[300]).ToArray(),
            "fragments" => new Wire(role).Text("Hé", fin: false).Ping("p"u8).Continue([0xE6], fin: false).Continue([0xB0, 0xB4]).ToArray(),
            "ping" => new Wire(role).Ping(new byte[125]).Pong().ToArray(),
            "large" => new Wire(role).Binary(new byte[16 * 1024]).ToArray(),
            _ => new Wire(role).Frame(0xC2, new byte[200]).ToArray(),
        };
        using var receiver = new Receiver(role, Limit, kind == "marked" ? new AwkwardTransform() : null);
        byte[] buffer = new byte[wire.Length];
        int[] cuts = [0, 1, 2, 3, 5, wire.Length / 2, wire.Length - 1];
        for (int i = 0; i < 500; i++)
            Feed(receiver, wire, buffer, cuts[i % cuts.Length]);

        int events = 0;
        long allocated = Allocations.Least(() =>
        {
            for (int i = 0; i < Frames; i++)
                events += Feed(receiver, wire, buffer, cuts[i % cuts.Length]);
        });

        allocated.ShouldBe(0);
        events.ShouldBeGreaterThanOrEqualTo(Frames);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Write_TenThousandOfEachKind_AllocatesNothing(Role role)
    {
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        byte[] small = new byte[100];
        byte[] large = new byte[16 * 1024];
        string text = "Hello, 水 " + new string('x', 50);
        string longText = new('é', 4 * 1024);
        var plain = new Sender(role);
        var transforming = new Sender(role, new AwkwardTransform());
        for (int i = 0; i < 500; i++)
            WriteAll();

        long allocated = Allocations.Least(() =>
        {
            for (int i = 0; i < Frames; i++)
                WriteAll();
        });

        allocated.ShouldBe(0);

        void WriteAll()
        {
            output.ResetWrittenCount();
            plain.WriteMessage(output, Opcode.Binary, small);
            plain.WriteMessage(output, Opcode.Text, large);
            plain.WriteText(output, text);
            plain.WriteText(output, longText);
            plain.WriteFragment(output, Opcode.Binary, small, endOfMessage: false);
            plain.WritePing(output, "ping"u8);
            plain.WritePong(output, "pong"u8);
            plain.WriteFragment(output, Opcode.Binary, small, endOfMessage: true);
            transforming.WriteText(output, text);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_TenThousandPings_AllocatesNothing(Role role)
    {
        byte[] wire = new Wire(role).Ping("are you there"u8).ToArray();
        byte[] buffer = new byte[wire.Length];
        var output = new ArrayBufferWriter<byte>(1024);
        using var end = new WebSocketProtocol(role, Limit);
        for (int i = 0; i < 500; i++)
            PingPong();

        long allocated = Allocations.Least(() =>
        {
            for (int i = 0; i < Frames; i++)
                PingPong();
        });

        allocated.ShouldBe(0);

        void PingPong()
        {
            output.ResetWrittenCount();
            wire.CopyTo(buffer, 0);
            Memory<byte> input = buffer;
            while (end.TryReceive(ref input, out var e))
                end.Answer(e, output);
        }
    }

    private static int Feed(Receiver receiver, byte[] wire, byte[] buffer, int cut)
    {
        wire.CopyTo(buffer, 0);
        int events = 0;
        var head = buffer.AsMemory(0, cut);
        while (receiver.TryRead(ref head, out _))
            events++;
        var tail = buffer.AsMemory(cut);
        while (receiver.TryRead(ref tail, out _))
            events++;
        return events;
    }
}
