namespace Hutong.Fuzz;

/// <summary>Random valid conversations: messages in fragments with control frames between them, and a close.</summary>
public static class Conversation
{
    private static readonly string[] Characters = ["a", "7", "é", "ß", "水", "\u0800", "\uFFFD", "\uD7FF", "\uE000", "😀", "\U00010000", "\U0010FFFF", "\0"];

    public static byte[] Generate(Random random, Role receiver, byte? xor)
    {
        var wire = new Wire(receiver);
        int messages = random.Next(1, 5);
        for (int i = 0; i < messages; i++)
            AddMessage(wire, random, random.Next(3) == 0 ? xor : null);
        if (random.Next(2) == 0)
        {
            _ = random.Next(3) == 0 ? wire.Close() : wire.Close(random.Next(2) == 0 ? 1000 : random.Next(3000, 5000), Text(random, random.Next(8)));
            if (random.Next(4) == 0)
                wire.Text("after the end");
        }

        return wire.ToArray();
    }

    public static string Text(Random random, int characters) =>
        string.Concat(Enumerable.Range(0, characters).Select(_ => Characters[random.Next(Characters.Length)]));

    private static void AddMessage(Wire wire, Random random, byte? xor)
    {
        bool text = random.Next(2) == 0;
        byte[] payload = text ? System.Text.Encoding.UTF8.GetBytes(Text(random, Length(random))) : Bytes(random, Length(random));
        if (xor is { } mask)
            payload = [.. payload.Select(b => (byte)(b ^ mask))];
        int fragments = random.Next(3) == 0 ? random.Next(2, 6) : 1;
        int at = 0;
        for (int i = 0; i < fragments; i++)
        {
            bool last = i == fragments - 1;
            int end = last ? payload.Length : random.Next(at, payload.Length + 1);
            int first = (last ? Wire.Fin : 0) | (i > 0 ? 0 : text ? 1 : 2) | (i == 0 && xor is not null ? Wire.Rsv1 : 0);
            wire.Frame(first, payload.AsSpan(at..end));
            at = end;
            if (random.Next(4) == 0)
                _ = random.Next(2) == 0 ? wire.Ping(Bytes(random, random.Next(20))) : wire.Pong(Bytes(random, random.Next(126)));
        }
    }

    private static int Length(Random random) => random.Next(10) switch { 0 => 0, 1 => random.Next(120, 131), 2 => random.Next(400), _ => random.Next(24) };

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
