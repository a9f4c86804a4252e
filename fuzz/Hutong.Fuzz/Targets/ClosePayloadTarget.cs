using System.Buffers;
using System.Text;

namespace Hutong.Fuzz;

/// <summary>A close frame with any payload: a status that can be sent back, or the right error. In both roles.</summary>
public static class ClosePayloadTarget
{
    private static readonly int[] Codes = [0, 999, 1000, 1003, 1004, 1005, 1006, 1007, 1010, 1014, 1015, 1016, 2999, 3000, 4999, 5000, 65535];

    public static byte[] Generate(Random random)
    {
        int code = random.Next(3) == 0 ? random.Next(65536) : Codes[random.Next(Codes.Length)];
        byte[] reason = Encoding.UTF8.GetBytes(Conversation.Text(random, random.Next(40)));
        return random.Next(20) == 0 ? [] : [(byte)(code >> 8), (byte)code, .. reason];
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.Length > 125)
            data = data[..125];
        foreach (var role in (Role[])[Role.Server, Role.Client])
        {
            using var end = new WebSocketProtocol(role, 1024);
            Memory<byte> input = new Wire(role).Frame(Wire.Fin | 8, data).ToArray();
            Claim.That(end.TryReceive(ref input, out var e), "a close frame is an event");
            int error = ReferenceReceiver.JudgeClose(data);
            Claim.Same(error == 0 ? WebSocketEventKind.Close : WebSocketEventKind.Error, e.Kind, "Kind");
            int code = data.IsEmpty ? 1005 : error == 0 ? (data[0] << 8) | data[1] : error;
            Claim.Same(code, (int)(e.Error?.CloseCode ?? e.Close.Code), "the code");
            if (error == 0 && !data.IsEmpty)
                Claim.That(Encoding.UTF8.GetBytes(e.Close.Reason).AsSpan().SequenceEqual(data[2..]), "the reason");

            var answer = new ArrayBufferWriter<byte>();
            Claim.That(end.Answer(e, answer), "a close or an error is answered");
            using var peer = new Receiver(role == Role.Server ? Role.Client : Role.Server, 1024);
            var lines = Transcript.Of(peer, answer.WrittenSpan, Cuts.Whole(answer.WrittenCount));
            int echo = code == 1010 && role == Role.Server ? 1000 : code;
            Claim.That(lines.Count == 1 && lines[0].StartsWith($"Close {echo} ", StringComparison.Ordinal), $"the answer: {string.Join(" | ", lines)}");
        }
    }
}
