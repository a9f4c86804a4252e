using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Hutong.SocketIO.Protocol;

namespace Hutong.Fuzz;

/// <summary>
/// A polling payload of Engine.IO: packets or a documented error, the same ones whole, byte by byte and cut at random, and the same as a reader that
/// splits strings finds. What was read can be written and read again.
/// </summary>
public static class EnginePayloadTarget
{
    private const int MaxPacketSize = 64;

    public static byte[] Generate(Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new EnginePayloadWriter(output);
        for (int n = random.Next(1, 5); n > 0; n--)
        {
            byte[] bytes = new byte[random.Next(1 << random.Next(1, 7))];
            random.NextBytes(bytes);
            if (random.Next(2) == 0)
                writer.WriteBinary(bytes);
            else
                writer.Write((EnginePacketType)random.Next(7), Encoding.UTF8.GetBytes(TextGenerator.Pick(random, "", "probe", "hello", "é€😀", "{\"sid\":\"a\"}")));
        }

        return output.WrittenSpan.ToArray();
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        var expected = ReadSplit(data);
        Claim.SameList(expected, Read(data, Cuts.Whole(data.Length)), "whole");
        if (data.Length > 0)
            Claim.SameList(expected, Read(data, Cuts.EachByte(data.Length)), "byte by byte");
        Claim.SameList(expected, Read(data, [.. Cuts.Random(data.Length, new Random(data.Length)), 0]), "in random pieces");
        if (!expected.Exists(e => e[0] == '!'))
            Claim.SameList(expected, Read(Write(expected), null), "written and read again");
    }

    private static List<string> Read(ReadOnlySpan<byte> data, int[]? pieces)
    {
        var packets = new List<string>();
        var reader = new EnginePayloadReader(pieces is null ? int.MaxValue : MaxPacketSize);
        byte[] rest = [];
        int come = 0;
        foreach (int piece in pieces ?? [data.Length])
        {
            rest = [.. rest, .. data.Slice(come, piece)];
            come += piece;
            var left = rest.AsMemory();
            OperationStatus status;
            while ((status = reader.TryRead(left, come == data.Length, out var packet, out int consumed)) == OperationStatus.Done)
            {
                packets.Add(Describe(packet.Type, packet.IsBinary, packet.Data.Span));
                left = left[consumed..];
            }

            if (status == OperationStatus.InvalidData)
            {
                Claim.That(EngineError.All.Contains(reader.Error!), "the error is documented");
                packets.Add($"!{reader.Error!.Code}");
                return packets;
            }

            rest = left.ToArray();
        }

        Claim.That(reader.IsAtEnd, "a payload without an error is read to its end");
        return packets;
    }

    /// <summary>The same by other means.</summary>
    private static List<string> ReadSplit(ReadOnlySpan<byte> data)
    {
        var packets = new List<string>();
        foreach (string record in Encoding.Latin1.GetString(data).Split('\x1e'))
        {
            byte[] rest = Encoding.Latin1.GetBytes(record.Length == 0 ? "" : record[1..]);
            string? error = record.Length > MaxPacketSize ? "packet_too_large"
                : record.Length == 0 ? "empty_packet"
                : record[0] is >= '0' and <= '6' ? Utf8.IsValid(rest) ? null : "invalid_packet_text"
                : record[0] == 'b' ? null : "unknown_packet_type";
            if (error is null && record[0] == 'b')
            {
                try
                {
                    // Neither white space nor bits behind the end, which this decoder would take (RFC 4648 §3.5).
                    byte[] decoded = Convert.FromBase64String(record[1..]);
                    if (Convert.ToBase64String(decoded) != record[1..])
                        throw new FormatException();
                    packets.Add(Describe(EnginePacketType.Message, isBinary: true, decoded));
                    continue;
                }
                catch (FormatException)
                {
                    error = "invalid_base64";
                }
            }

            if (error is not null)
            {
                packets.Add($"!{error}");
                return packets;
            }

            packets.Add(Describe((EnginePacketType)(record[0] - '0'), isBinary: false, rest));
        }

        return packets;
    }

    private static byte[] Write(List<string> packets)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new EnginePayloadWriter(output);
        foreach (string packet in packets)
        {
            string[] parts = packet.Split(':');
            byte[] data = Convert.FromHexString(parts[2]);
            if (parts[1] == "True")
                writer.WriteBinary(data);
            else
                writer.Write(Enum.Parse<EnginePacketType>(parts[0]), data);
        }

        return output.WrittenSpan.ToArray();
    }

    private static string Describe(EnginePacketType type, bool isBinary, ReadOnlySpan<byte> data) => $"{type}:{isBinary}:{Convert.ToHexString(data)}";
}
