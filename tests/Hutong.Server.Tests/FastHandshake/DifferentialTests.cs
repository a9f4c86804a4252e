using Hutong.Fuzz;
using Hutong.Server.Tests.Support;

namespace Hutong.Server.Tests.FastHandshake;

/// <summary>Whatever is accepted without Kestrel is asked of a Kestrel in memory: see the fuzzer's target.</summary>
public class DifferentialTests
{
    [Fact]
    public void TryParse_GeneratedHeads_AreReadAsByKestrel()
    {
        var random = new Random(2616);
        int accepted = 0;
        for (int i = 0; i < 30_000; i++)
        {
            if (Accepts(Mutation.Apply(random, UpgradeRequestHeadTarget.Generate(random))))
                accepted++;
        }

        // If nothing were accepted, nothing would have been compared.
        accepted.ShouldBeGreaterThan(2_000);
    }

    [Fact]
    public void TryParse_EachByteOfAHeadChanged_IsReadAsByKestrel()
    {
        byte[] head = Head.Bytes(Head.Of("/a/b?c=d", "Host: [::1]:80", "Origin: http://a", "X-Y: z"));
        int accepted = 0;
        // Letters and digits are all the same to a parser, but for a few.
        byte[] values = [.. Enumerable.Range(0, 256).Select(i => (byte)i).Where(b => !char.IsAsciiLetterOrDigit((char)b) || "aAfFgG019zZ".Contains((char)b))];
        for (int at = 0; at < head.Length; at++)
        {
            foreach (byte value in values)
            {
                byte[] changed = [.. head];
                changed[at] = value;
                accepted += Accepts(changed) ? 1 : 0;
                accepted += Accepts([.. head[..at], value, .. head[at..]]) ? 1 : 0;
            }

            accepted += Accepts([.. head[..at], .. head[(at + 1)..]]) ? 1 : 0;
        }

        accepted.ShouldBeGreaterThan(2_000);
    }

    static bool Accepts(byte[] head)
    {
        try
        {
            return UpgradeRequestHeadTarget.Accepts(head);
        }
        catch (BrokenClaimException e)
        {
            throw new BrokenClaimException($"{e.Message}\n{Convert.ToHexString(head)}", e);
        }
    }
}
