using System.Buffers;
using System.Text;
using System.Text.Json;
using Hutong.SocketIO.Protocol;

namespace Hutong.Fuzz;

/// <summary>
/// A packet of Socket.IO: its parts or a documented error, never an exception. What was read can be written and read again; its payload is what the
/// platform's parser takes for JSON, its arguments are that parser's, and every placeholder names an attachment.
/// </summary>
public static class SocketPacketTarget
{
    private static readonly SocketPacketLimits Limits = new() { MaxSize = 2000, MaxDepth = 6, MaxAttachments = 3, MaxNamespaceSize = 40 };

    private static readonly string[] Values =
    [
        "1", "-1.5e3", "\"a\"", "\"\"", "null", "true", "{}", "[]", "\"\\u0061\"", "\"\\ud800\"", "\"é\"", "{\"_placeholder\":true,\"num\":0}",
        "{\"num\":1,\"_placeholder\":true}", "{\"_placeholder\":true,\"num\":7}", "{\"_placeholder\":{\"_placeholder\":true,\"num\":0}}", "[[[[[1]]]]]",
        "{\"a\":[{\"b\":1}]}", "\"connect\"",
    ];

    public static byte[] Generate(Random random)
    {
        var text = new StringBuilder();
        int type = random.Next(7);
        text.Append(type);
        if (type >= 5)
            text.Append(random.Next(4)).Append('-');
        if (random.Next(2) == 0)
            text.Append(TextGenerator.Pick(random, "/admin,", "/,", "/a", "/é,"));
        if (random.Next(2) == 0)
            text.Append(random.NextInt64() >> random.Next(64));
        if (type is 0 or 4)
            return Encoding.UTF8.GetBytes(text.Append(TextGenerator.Pick(random, "", "{}", "{\"token\":[1]}", "\"no\"")).ToString());
        if (type == 1)
            return Encoding.UTF8.GetBytes(text.ToString());
        text.Append('[').Append(TextGenerator.Pick(random, "\"a\"", "\"message\"", "1", "\"disconnect\"", "{}"));
        for (int i = random.Next(4); i > 0; i--)
            text.Append(',').Append(Values[random.Next(Values.Length)]);
        return Encoding.UTF8.GetBytes(text.Append(']').ToString());
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        byte[] message = data.ToArray();
        bool read = SocketPacket.TryRead(message, Limits, out var packet, out var error);
        Claim.Same(read, error is null, "either read or an error");
        Claim.That(error is null || SocketPacketError.All.Contains(error), "the error is documented");
        if (!read)
            return;
        var output = new ArrayBufferWriter<byte>();
        packet.Write(output);
        Claim.That(SocketPacket.TryRead(output.WrittenMemory, Limits with { MaxSize = 2100 }, out var again, out error), $"what was written is read: {error}");
        Claim.Same(Describe(packet), Describe(again), "through the codec");
        if (packet.Data.IsEmpty)
            return;
        using var document = JsonDocument.Parse(packet.Data);
        var root = document.RootElement;
        if (packet.IsBinary)
            CheckPlaceholders(root, packet.Attachments);
        if (root.ValueKind != JsonValueKind.Array)
            return;
        var arguments = new SocketArgumentReader(packet.Data.Span);
        int count = 0;
        while (arguments.TryRead(out int start, out int length))
            Claim.Same(root[count++].GetRawText(), Encoding.UTF8.GetString(packet.Data.Span.Slice(start, length)), "an argument");
        Claim.Same(root.GetArrayLength(), count, "how many arguments");
    }

    private static void CheckPlaceholders(JsonElement value, int attachments)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                CheckPlaceholders(item, attachments);
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            var members = value.EnumerateObject().ToList();
            if (members.Exists(m => m.NameEquals("_placeholder") && m.Value.ValueKind == JsonValueKind.True))
                Claim.That(members.Exists(m => m.NameEquals("num") && m.Value.TryGetInt32(out int number) && number >= 0 && number < attachments), "it names an attachment");
            foreach (var member in members)
                CheckPlaceholders(member.Value, attachments);
        }
    }

    private static string Describe(SocketPacket p) =>
        $"{p.Type}|{Convert.ToHexString(p.Namespace.Span)}|{p.Id}|{p.Attachments}|{Convert.ToHexString(p.Data.Span)}";
}
