using System.Text;

namespace Hutong.Fuzz;

/// <summary>The validator fails at the byte that <see cref="Utf8Reference"/> names, however the text is cut. The first four bytes seed the cuts.</summary>
public static class Utf8Target
{
    public static byte[] Generate(Random random)
    {
        byte[] seed = new byte[4];
        random.NextBytes(seed);
        return [.. seed, .. Mutation.Apply(random, Encoding.UTF8.GetBytes(Conversation.Text(random, random.Next(60))))];
    }

    public static void Run(ReadOnlySpan<byte> data)
    {
        if (data.Length < 4)
            return;
        var random = new Random(BitConverter.ToInt32(data));
        var text = data[4..];
        int bad = Utf8Reference.FirstBad(text, out bool complete);
        Check(text, Cuts.Whole(text.Length), bad, complete);
        Check(text, Cuts.EachByte(text.Length), bad, complete);
        Check(text, Cuts.Random(text.Length, random), bad, complete);
    }

    private static void Check(ReadOnlySpan<byte> text, int[] pieces, int bad, bool complete)
    {
        var validator = default(Utf8Validator);
        int at = 0;
        foreach (int length in pieces)
        {
            bool valid = validator.Append(text.Slice(at, length));
            at += length;
            Claim.Same(bad < 0 || bad >= at, valid, $"the verdict after {at} bytes");
            if (!valid)
                return;
        }

        Claim.Same(complete, validator.IsComplete, "IsComplete");
    }
}
