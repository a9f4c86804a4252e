namespace Hutong.Fuzz;

/// <summary>Small damages to valid input.</summary>
public static class Mutation
{
    private static readonly byte[] Interesting = [0, 1, 2, 8, 9, 10, 11, 3, 0x40, 0x7D, 0x7E, 0x7F, 0x80, 0x81, 0x88, 0x89, 0xC0, 0xC1, 0xED, 0xF4, 0xFE, 0xFF];

    public static byte[] Apply(Random random, byte[] input)
    {
        var bytes = new List<byte>(input);
        for (int times = random.Next(4); times > 0; times--)
            ApplyOne(random, bytes);
        return [.. bytes];
    }

    private static void ApplyOne(Random random, List<byte> bytes)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        // Headers lie at the front more often than not: damage the front more often.
        int at = random.Next(2) == 0 ? random.Next(Math.Min(bytes.Count, 8)) : random.Next(bytes.Count);
        switch (random.Next(7))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = Interesting[random.Next(Interesting.Length)];
                break;
            case 3:
                bytes.Insert(at, Interesting[random.Next(Interesting.Length)]);
                break;
            case 4:
                bytes.RemoveAt(at);
                break;
            case 5:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                int length = random.Next(Math.Min(bytes.Count - at, 40) + 1);
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
        }
    }
}
