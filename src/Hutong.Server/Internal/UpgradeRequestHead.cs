using System.Runtime.CompilerServices;

namespace Hutong.Server.Internal;

/// <summary>
/// The head of an upgrade request of the usual shape, in place. What is unusual in any way is not read here but by Kestrel, so that no
/// request can be read in two ways: whatever this accepts, Kestrel reads the same (see the tests and the fuzzer, which ask it).
/// </summary>
internal readonly ref partial struct UpgradeRequestHead
{
    /// <summary>How long a head may be: below all of Kestrel's limits.</summary>
    public const int LongestHead = 8 * 1024;

    /// <summary>How many headers there may be: below Kestrel's limit.</summary>
    public const int MaxHeaders = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ushort _pathEnd;
    private readonly ushort _targetEnd;
    private readonly HeadLines _lines;
    private readonly KnownLines _known;

    private UpgradeRequestHead(ReadOnlySpan<byte> bytes, int pathEnd, int targetEnd, scoped in HeadLines lines, scoped in KnownLines known, int count)
    {
        _bytes = bytes;
        _pathEnd = (ushort)pathEnd;
        _targetEnd = (ushort)targetEnd;
        _lines = lines;
        _known = known;
        HeaderCount = count;
    }

    /// <summary>How many bytes the head has; what follows belongs to the WebSocket.</summary>
    public int Length => _bytes.Length;

    /// <summary>The path, which has nothing to decode.</summary>
    public ReadOnlySpan<byte> Path => _bytes[PathStart.._pathEnd];

    /// <summary>The query with its question mark; empty if there is none.</summary>
    public ReadOnlySpan<byte> Query => _bytes[_pathEnd.._targetEnd];

    public int HeaderCount { get; }

    public ReadOnlySpan<byte> Host => Known(KnownHeader.Host);

    /// <summary>The name of a header, in the order of the request.</summary>
    public ReadOnlySpan<byte> Name(int index) => _bytes.Slice(_lines[index].NameStart, _lines[index].NameLength);

    /// <summary>The value of a header, as Kestrel gives it.</summary>
    public ReadOnlySpan<byte> Value(int index)
    {
        var value = Written(index);
        // Kestrel has one spelling for this one word, when it stands alone.
        return value.Length == "Upgrade".Length && _known[(int)KnownHeader.Connection] == index + 1 ? "Upgrade"u8 : value;
    }

    /// <summary>The value of a header of the handshake; empty if it is absent, because an empty one is refused.</summary>
    public ReadOnlySpan<byte> Known(KnownHeader header) => _known[(int)header] is var line and > 0 ? Value(line - 1) : default;

    /// <summary>What the header at a place is to the handshake.</summary>
    public KnownHeader Kind(int index) => KindOf(Name(index));

    private ReadOnlySpan<byte> Written(int index) => _bytes.Slice(_lines[index].ValueStart, _lines[index].ValueLength);

    [InlineArray(MaxHeaders)]
    private struct HeadLines
    {
        private HeadLine _first;
    }

    /// <summary>For each known header the place of its line, counted from one.</summary>
    [InlineArray((int)KnownHeader.Refused)]
    private struct KnownLines
    {
        private byte _first;
    }
}
