using System.Text;

namespace Hutong.Protocol;

public class Utf8ValidatorTests
{
    private static readonly byte[] Boundaries =
    [
        0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xF7, 0xF8, 0xFF,
    ];

    [Fact]
    public void Append_EveryOneAndTwoByteSequence_AgreesWithTheReference()
    {
        for (int i = 0; i < 256; i++)
        {
            Check([(byte)i]);
            for (int j = 0; j < 256; j++)
                Check([(byte)i, (byte)j]);
        }
    }

    [Fact]
    public void Append_EveryThreeByteSequence_AgreesWithTheReference() => Parallel.For(0, 256, i =>
    {
        Span<byte> bytes = [(byte)i, 0, 0];
        for (int pair = 0; pair < 65536; pair++)
        {
            bytes[1] = (byte)(pair >> 8);
            bytes[2] = (byte)pair;
            // Where two bytes are bad already, the cuts were tried with them.
            if (Utf8Reference.FirstBad(bytes[..2], out _) < 0)
                Check(bytes);
            else if (IsValidSoFar(bytes))
                Assert.Fail(Convert.ToHexString(bytes));
        }
    });

    [Fact]
    public void Append_FourBytesOfEachBoundary_AgreesWithTheReference()
    {
        Span<byte> bytes = stackalloc byte[4];
        int n = Boundaries.Length;
        for (int i = 0; i < n * n * n * n; i++)
        {
            (bytes[0], bytes[1], bytes[2], bytes[3]) = (Boundaries[i % n], Boundaries[i / n % n], Boundaries[i / n / n % n], Boundaries[i / n / n / n]);
            Check(bytes);
        }
    }

    [Fact]
    public void Append_OneBadByteAnywhereInALongText_FailsAtThePlaceOfTheReference()
    {
        var random = new Random(8);
        for (int round = 0; round < 60; round++)
        {
            byte[] text = Encoding.UTF8.GetBytes(Conversation.Text(random, 80));
            for (int at = 0; at < text.Length; at++)
            {
                byte kept = text[at];
                text[at] = Boundaries[random.Next(Boundaries.Length)];
                Utf8Target.Run([(byte)round, (byte)at, 0, 0, .. text]);
                text[at] = kept;
            }
        }
    }

    [Fact]
    public void IsComplete_AfterEachByteOfEachCodePoint_OnlyAtItsEnd()
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            if (!Rune.TryCreate(codePoint, out var rune))
                continue;
            int length = rune.EncodeToUtf8(bytes);
            var validator = default(Utf8Validator);
            for (int i = 0; i < length; i++)
            {
                if (!validator.Append(bytes.Slice(i, 1)) || validator.IsComplete != (i == length - 1))
                    Assert.Fail($"U+{codePoint:X4}, byte {i}");
            }
        }
    }

    [Fact]
    public void Reset_InTheMiddleOfACharacter_BeginsAnew()
    {
        var validator = default(Utf8Validator);
        validator.Append([0xE2, 0x82]).ShouldBeTrue();
        validator.IsComplete.ShouldBeFalse();
        validator.Reset();
        validator.IsComplete.ShouldBeTrue();
        validator.Append("a"u8).ShouldBeTrue();
        validator.Append([0x80]).ShouldBeFalse();
    }

    [Fact]
    public void Append_Empty_ChangesNothing()
    {
        var validator = default(Utf8Validator);
        validator.Append([]).ShouldBeTrue();
        validator.IsComplete.ShouldBeTrue();
        validator.Append([0xF0, 0x9F]).ShouldBeTrue();
        validator.Append([]).ShouldBeTrue();
        validator.IsComplete.ShouldBeFalse();
        validator.Append([0x98, 0x80]).ShouldBeTrue();
        validator.IsComplete.ShouldBeTrue();
    }

    private static bool IsValidSoFar(ReadOnlySpan<byte> bytes)
    {
        var validator = default(Utf8Validator);
        return validator.Append(bytes);
    }

    /// <summary>Every way to cut the bytes: bit i of <c>cuts</c> says whether there is a cut behind byte i.</summary>
    private static void Check(ReadOnlySpan<byte> bytes)
    {
        int bad = Utf8Reference.FirstBad(bytes, out bool complete);
        for (int cuts = 0; cuts < 1 << (bytes.Length - 1); cuts++)
        {
            var validator = default(Utf8Validator);
            int from = 0;
            for (int to = 1; to <= bytes.Length; to++)
            {
                if (to < bytes.Length && (cuts >> (to - 1) & 1) == 0)
                    continue;
                bool valid = validator.Append(bytes[from..to]);
                if (valid != (bad < 0 || bad >= to))
                    Assert.Fail($"{Convert.ToHexString(bytes)}, cuts {cuts:b}, after {to} bytes: {valid}");
                if (!valid)
                    break;
                from = to;
            }

            if (bad < 0 && validator.IsComplete != complete)
                Assert.Fail($"{Convert.ToHexString(bytes)}, cuts {cuts:b}: IsComplete {validator.IsComplete}");
        }
    }
}
