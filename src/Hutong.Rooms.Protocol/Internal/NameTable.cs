using System.Text;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>
/// Names that come again and again (types, rooms, epochs, keys) as one string each. A table of fixed size: a name that meets another at its
/// place takes it, so a client that invents names costs others an allocation now and then, and never memory.
/// </summary>
internal static class NameTable
{
    private const int Places = 1024;
    private const int LongestKept = 128;
    private static readonly Entry?[] Entries = new Entry?[Places];

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestKept)
            return Encoding.UTF8.GetString(utf8);
        var hash = new HashCode();
        hash.AddBytes(utf8);
        ref Entry? place = ref Entries[(uint)hash.ToHashCode() % Places];
        // Entries never change, so that a place read while another thread writes it is one or the other.
        if (place is { } entry && utf8.SequenceEqual(entry.Utf8))
            return entry.Text;
        string text = Encoding.UTF8.GetString(utf8);
        place = new Entry(utf8.ToArray(), text);
        return text;
    }

    private sealed class Entry(byte[] utf8, string text)
    {
        public readonly byte[] Utf8 = utf8;
        public readonly string Text = text;
    }
}
