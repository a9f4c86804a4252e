using System.Text;
using System.Text.Unicode;
using Hutong.Protocol.Internal.Unicode;

namespace Hutong.Protocol;

/// <summary>Each width that this machine has, whatever the length of a text would choose.</summary>
public class Utf8VectorTests
{
    private const int LastOffset = 70;

    // Third and fourth bytes: one of each row of the tables, and the neighbours of all continuations.
    private static readonly byte[] Classes = [0x7F, 0x80, 0x90, 0xA0, 0xBF, 0xC2];

    private delegate bool Validity(ReadOnlySpan<byte> text);

    public static TheoryData<int, string> WidthsAndFillers
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (int width in Widths.DefaultIfEmpty(0))
            {
                foreach (string filler in (string[])["a", "é", "水"])
                    data.Add(width, filler);
            }

            return data;
        }
    }

    // 0 leaves the choice to the length.
    public static TheoryData<int> WidthsAndNone => [.. Widths, 0];

    private static IEnumerable<int> Widths
    {
        get
        {
            if (Utf8Vector128.IsSupported)
                yield return 128;
            if (Utf8Vector256.IsSupported)
                yield return 256;
            if (Utf8Vector512.IsSupported)
                yield return 512;
        }
    }

    /// <summary>Every first and second byte with a third and fourth of each class, across every place of a vector's edge.</summary>
    [Theory]
    [MemberData(nameof(WidthsAndFillers))]
    public void IsValid_FourBytesAtEachOffset_AgreesWithTheReference(int width, string filler)
    {
        var isValid = Of(width);
        byte[] fill = Encoding.UTF8.GetBytes(filler);
        var verdicts = Verdicts();
        Parallel.For(0, LastOffset + 1, offset =>
        {
            // The filler begins and ends with whole characters, so that four bytes in its midst alone decide.
            byte[] text = Filled(fill, offset, 4, 80);
            var four = text.AsSpan(offset, 4);
            for (int i = 0; i < verdicts.Length; i++)
            {
                Fill(four, i);
                if (isValid(text) != verdicts[i])
                    Assert.Fail($"{width} bits, {Convert.ToHexString(four)} at {offset} in {filler}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthsAndNone))]
    public void IsValid_EveryCodePointAtOddPlaces_IsTrueAndFalseWithoutAnyOfItsBytes(int width)
    {
        var isValid = Of(width);
        Parallel.For(0, 0x110000 / 0x1000, block =>
        {
            byte[] text = new byte[97];
            byte[] damaged = new byte[96];
            for (int codePoint = block * 0x1000; codePoint < (block + 1) * 0x1000; codePoint++)
            {
                if (!Rune.TryCreate(codePoint, out var rune))
                    continue;
                text.AsSpan().Fill((byte)'a');
                int at = codePoint % 93;
                int length = rune.EncodeToUtf8(text.AsSpan(at));
                if (!isValid(text))
                    Assert.Fail($"{width} bits, U+{codePoint:X4} at {at}");
                for (int left = 0; left < length && length > 1; left++)
                {
                    text.AsSpan(0, at + left).CopyTo(damaged);
                    text.AsSpan(at + left + 1).CopyTo(damaged.AsSpan(at + left));
                    if (isValid(damaged))
                        Assert.Fail($"{width} bits, U+{codePoint:X4} at {at} without byte {left}");
                }
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthsAndFillers))]
    public void IsValid_EveryLengthAndOneBadByteAnywhere_AgreesWithTheReference(int width, string filler)
    {
        var isValid = Of(width);
        byte[] fill = Encoding.UTF8.GetBytes(filler);
        byte[] characters = Filled(fill, 360, 0, 0);
        // Around four vectors' length the loop for fours begins to matter; a text may also be cut inside a character.
        Parallel.For(Least(width), 340, length =>
        {
            byte[] text = characters[..length];
            if (isValid(text) != Utf8Reference.IsValid(text))
                Assert.Fail($"{width} bits, {length} bytes of {filler}");
            byte[] odd = [0x41, 0x80, 0xC0, 0xC3, 0xE0, 0xED, 0xF0, 0xF4, 0xFF];
            for (int at = 0; at < length; at++)
            {
                byte kept = text[at];
                foreach (byte other in odd)
                {
                    text[at] = other;
                    if (isValid(text) != Utf8Reference.IsValid(text))
                        Assert.Fail($"{width} bits, {length} bytes of {filler}, {other:X2} at {at}");
                }

                text[at] = kept;
            }
        });
    }

    [Theory]
    [MemberData(nameof(WidthsAndNone))]
    public void IsValid_MixedLongTexts_AgreesWithTheReference(int width)
    {
        var isValid = Of(width);
        var random = new Random(3);
        for (int round = 0; round < 3000; round++)
        {
            // Long texts are read from where memory's lines begin, so texts begin anywhere here.
            int from = random.Next(70);
            var builder = new StringBuilder().Append('x', from + (random.Next(2) == 0 ? random.Next(200) : 0));
            int length = random.Next(100, 1500);
            while (builder.Length < length)
                builder.Append(Conversation.Text(random, 40)).Append('x', random.Next(4) == 0 ? random.Next(400) : 1);
            var text = Encoding.UTF8.GetBytes(builder.ToString()).AsSpan(from);
            if (!isValid(text))
                Assert.Fail($"{width} bits, round {round}");
            for (int damage = 0; damage < 8; damage++)
            {
                int at = random.Next(text.Length);
                byte kept = text[at];
                text[at] ^= (byte)(1 << random.Next(8));
                if (isValid(text) != Utf8Reference.IsValid(text))
                    Assert.Fail($"{width} bits, round {round}, {text[at]:X2} at {at}");
                text[at] = kept;
            }
        }
    }

    [Fact]
    public void IsValid_EveryShortLength_AgreesWithTheRuntime()
    {
        var random = new Random(5);
        byte[] bytes = Encoding.UTF8.GetBytes("aé水😀ÿ\u07FF\uD7FF\uFFFD\U0010FFFF€zßЖ");
        for (int round = 0; round < 300_000; round++)
        {
            int from = random.Next(bytes.Length);
            byte[] text = bytes[from..Math.Min(bytes.Length, from + random.Next(24))];
            if (text.Length > 0 && random.Next(2) == 0)
                text[random.Next(text.Length)] = (byte)random.Next(256);
            if (Utf8Text.IsValid(text) != Utf8.IsValid(text))
                Assert.Fail(Convert.ToHexString(text));
        }
    }

    [Fact]
    public void Append_TenThousandTexts_AllocatesNothing()
    {
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Größe 水 ", 40)));
        Append(text, 100);
        Allocations.Least(() => Append(text, 10_000)).ShouldBe(0);

        static void Append(byte[] text, int times)
        {
            for (int i = 0; i < times; i++)
            {
                var validator = default(Utf8Validator);
                int cut = i % text.Length;
                if (!validator.Append(text.AsSpan(0, cut)) || !validator.Append(text.AsSpan(cut)))
                    throw new InvalidOperationException();
            }
        }
    }

    private static int Least(int width) => width == 0 ? 0 : (width / 8) + Utf8Text.BeforeLast;

    private static Validity Of(int width) => width switch
    {
        128 => Utf8Text.IsValid<Utf8Vector128>,
        256 => Utf8Text.IsValid<Utf8Vector256>,
        512 => Utf8Text.IsValid<Utf8Vector512>,
        _ => Utf8Text.IsValid,
    };

    /// <summary>What the reference says of four bytes among whole characters; once for all offsets.</summary>
    private static bool[] Verdicts()
    {
        // One ASCII byte stands for all in the first place.
        bool[] verdicts = new bool[129 * 256 * Classes.Length * Classes.Length];
        Span<byte> four = stackalloc byte[4];
        for (int i = 0; i < verdicts.Length; i++)
        {
            Fill(four, i);
            verdicts[i] = Utf8Reference.IsValid(four);
        }

        return verdicts;
    }

    private static void Fill(Span<byte> four, int i)
    {
        int classes = Classes.Length;
        four[3] = Classes[i % classes];
        four[2] = Classes[i / classes % classes];
        int pair = i / (classes * classes);
        four[1] = (byte)pair;
        four[0] = (byte)((pair >> 8) + 0x7F);
    }

    /// <summary>Whole characters of a filler before and behind a gap, with ASCII where they do not fit.</summary>
    private static byte[] Filled(byte[] fill, int before, int gap, int behind)
    {
        byte[] text = new byte[before + gap + behind];
        text.AsSpan().Fill((byte)'.');
        for (int at = before % fill.Length; at < before; at += fill.Length)
            fill.CopyTo(text, at);
        for (int at = before + gap; at + fill.Length <= text.Length; at += fill.Length)
            fill.CopyTo(text, at);
        return text;
    }
}
