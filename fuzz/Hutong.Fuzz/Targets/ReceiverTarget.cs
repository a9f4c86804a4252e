namespace Hutong.Fuzz;

/// <summary>
/// A receiver reports the same whether bytes come whole, one by one or in random pieces, and that is what
/// <see cref="ReferenceReceiver"/> says. The first byte chooses limit and extension, the next four how the bytes are cut.
/// </summary>
public static class ReceiverTarget
{
    private const int Options = 5;
    private const byte Xor = 0x5A;
    private static readonly long[] Limits = [1 << 20, 0, 100, 300];

    public static byte[] Generate(Random random, Role role)
    {
        byte[] options = new byte[Options];
        random.NextBytes(options);
        if (random.Next(2) == 0)
            options[0] &= 0xFC;
        return [.. options, .. Mutation.Apply(random, Conversation.Generate(random, role, (options[0] & 4) == 0 ? null : Xor))];
    }

    public static void RunServer(ReadOnlySpan<byte> data) => Run(Role.Server, data);

    public static void RunClient(ReadOnlySpan<byte> data) => Run(Role.Client, data);

    private static void Run(Role role, ReadOnlySpan<byte> data)
    {
        if (data.Length < Options)
            return;
        int options = data[0];
        var random = new Random(BitConverter.ToInt32(data[1..]));
        var wire = data[Options..];
        long limit = Limits[options & 3];
        bool extended = (options & 4) != 0;
        var expected = ReferenceReceiver.Read(role, limit, wire, extended ? Xor : null);

        int[][] ways = [Cuts.Whole(wire.Length), Cuts.EachByte(wire.Length), Cuts.Random(wire.Length, random)];
        string[] names = ["whole", "each byte", "random pieces"];
        for (int i = 0; i < ways.Length; i++)
        {
            using var receiver = new Receiver(role, limit, extended ? Transform(options >> 3) : null);
            var lines = Transcript.Of(receiver, wire, ways[i]);
            Claim.SameList(Simplify(expected, extended), Simplify(lines, extended), $"{role}, {names[i]}");
        }
    }

    private static AwkwardTransform Transform(int options) => new()
    {
        Xor = Xor,
        MaxWritten = (options & 1) == 0 ? int.MaxValue : 1 + (options & 7),
        MaxConsumed = (options & 2) == 0 ? int.MaxValue : 1 + (options & 7),
        Swallows = (options & 16) != 0,
    };

    /// <summary>Errors by their close code. How an extension cuts a message decides whether bad text or too much of it is seen first.</summary>
    private static List<string> Simplify(IReadOnlyList<string> lines, bool extended) => lines.Select(line =>
    {
        if (!line.StartsWith("Error ", StringComparison.Ordinal))
            return line;
        string code = ProtocolError.All.FirstOrDefault(e => line == $"Error {e.Code}") is { } error ? $"{(int)error.CloseCode}" : line[6..];
        return extended && code is "1007" or "1009" ? "Error 1007 or 1009" : $"Error {code}";
    }).ToList();
}
