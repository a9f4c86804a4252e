using System.Text;
using System.Text.Unicode;
using BenchmarkDotNet.Attributes;

namespace Hutong.Benchmarks;

/// <summary>The validator against the runtime's, which takes whole texts only.</summary>
public class Utf8Benchmarks
{
    private byte[] _text = [];

    public enum Script
    {
        Ascii,
        Latin,
        Cyrillic,
        Cjk,
        Emoji,
    }

    [ParamsAllValues]
    public Script Text { get; set; }

    [Params(6, 10, 16, 24, 40, 64, 125, 1024, 16 * 1024, 64 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        string sample = Text switch
        {
            Script.Ascii => "The quick brown fox jumps over the lazy dog. ",
            Script.Latin => "Größere Äpfel fürs Frühstück, où l'été déjà s'achève à Málaga, señor; žluťoučký kůň úpěl. ",
            Script.Cyrillic => "Съешь же ещё этих мягких французских булок, да выпей чаю. ",
            Script.Cjk => "天地玄黃宇宙洪荒日月盈昃辰宿列張寒來暑往秋收冬藏",
            _ => "😀😃😄😁😆😅🤣😂",
        };
        // Texts end at a character's end: what is short of the size is ASCII.
        var text = new StringBuilder();
        int size = 0;
        for (int round = 0; size < Bytes; round++)
        {
            foreach (var rune in sample.EnumerateRunes())
            {
                string next = size + rune.Utf8SequenceLength <= Bytes ? rune.ToString() : new string('.', Bytes - size);
                text.Append(next);
                size += Encoding.UTF8.GetByteCount(next);
            }
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
        if (_text.Length != Bytes)
            throw new InvalidOperationException($"{_text.Length} bytes instead of {Bytes}");
    }

    [Benchmark(Baseline = true)]
    public bool Runtime() => Utf8.IsValid(_text);

    [Benchmark]
    public bool Validator()
    {
        var validator = default(Utf8Validator);
        return validator.Append(_text) && validator.IsComplete;
    }
}
