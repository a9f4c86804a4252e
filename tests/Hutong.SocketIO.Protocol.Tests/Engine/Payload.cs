using System.Buffers;
using System.Text;

namespace Hutong.SocketIO.Protocol.Tests.Engine;

/// <summary>Payloads as tests write and read them.</summary>
internal static class Payload
{
    public const char Separator = '\u001e';

    /// <summary>Reads a payload that comes in pieces. An error ends the list as <c>!code</c>.</summary>
    public static List<string> Read(byte[] payload, IEnumerable<int> pieces, int maxPacketSize = 1000)
    {
        var packets = new List<string>();
        var reader = new EnginePayloadReader(maxPacketSize);
        byte[] rest = [];
        int come = 0;
        foreach (int piece in pieces)
        {
            rest = [.. rest, .. payload.AsSpan(come, piece)];
            come += piece;
            rest = ReadOn(ref reader, rest, come == payload.Length, packets);
        }

        return packets;
    }

    public static List<string> Read(string payload, int maxPacketSize = 1000)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(payload);
        return Read(bytes, [bytes.Length], maxPacketSize);
    }

    public static string Describe(in EnginePacket packet) =>
        $"{packet.Type}:{(packet.IsBinary ? Convert.ToHexString(packet.Data.Span) : Encoding.UTF8.GetString(packet.Data.Span))}";

    private static byte[] ReadOn(ref EnginePayloadReader reader, byte[] rest, bool isFinal, List<string> packets)
    {
        var data = rest.AsMemory();
        while (true)
        {
            switch (reader.TryRead(data, isFinal, out var packet, out int consumed))
            {
                case OperationStatus.Done:
                    packets.Add(Describe(packet));
                    data = data[consumed..];
                    break;
                case OperationStatus.NeedMoreData:
                    consumed.ShouldBe(0);
                    return data.ToArray();
                default:
                    if (packets is not [.., ['!', ..]])
                        packets.Add($"!{reader.Error!.Code}");
                    return [];
            }
        }
    }
}
