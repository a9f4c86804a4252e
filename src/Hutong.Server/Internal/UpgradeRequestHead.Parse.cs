using System.Buffers;
using System.Net;
using System.Text;

namespace Hutong.Server.Internal;

/// <content>Reads a head.</content>
internal readonly ref partial struct UpgradeRequestHead
{
    private const int PathStart = 4;
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';
    private const string Alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<byte> HeadBytes = Bytes(string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)) + "\t\r\n");
    private static readonly SearchValues<byte> TokenBytes = Bytes("!#$%&'*+-.^_`|~" + Alphanumeric);
    private static readonly SearchValues<byte> PathBytes = Bytes("/-._~" + Alphanumeric);
    private static readonly SearchValues<byte> QueryBytes = Bytes("-._~!$&'()*+,;=:@/?" + Alphanumeric);
    private static readonly SearchValues<byte> NameBytes = Bytes("-._" + Alphanumeric);
    private static readonly SearchValues<byte> AddressBytes = Bytes(":.0123456789ABCDEFabcdef");
    private static readonly SearchValues<byte> Digits = Bytes("0123456789");

    /// <summary>Reads a head, without an allocation.</summary>
    /// <param name="received">What a new connection has sent so far.</param>
    /// <param name="head">The head, in place.</param>
    /// <returns>Whether it is a complete request of the usual shape; if not, it is Kestrel's.</returns>
    public static bool TryParse(ReadOnlySpan<byte> received, out UpgradeRequestHead head)
    {
        head = default;
        if (!received.StartsWith("GET /"u8))
            return false;
        int end = received[..Math.Min(received.Length, LongestHead)].IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var bytes = received[..(end + 4)];
        if (bytes.ContainsAnyExcept(HeadBytes) || !TryTarget(bytes, out int pathEnd, out int targetEnd, out int start))
            return false;
        var lines = default(HeadLines);
        var known = default(KnownLines);
        if (!TryHeaders(bytes, start, ref lines, ref known, out int count))
            return false;
        var parsed = new UpgradeRequestHead(bytes, pathEnd, targetEnd, lines, known, count);
        if (!parsed.IsUpgrade())
            return false;
        head = parsed;
        return true;
    }

    private static bool TryTarget(ReadOnlySpan<byte> bytes, out int pathEnd, out int targetEnd, out int next)
    {
        var rest = bytes[PathStart..];
        int path = rest.IndexOfAnyExcept(PathBytes);
        pathEnd = targetEnd = PathStart + path;
        if (rest[path] == '?')
        {
            int query = rest[(path + 1)..].IndexOfAnyExcept(QueryBytes);
            targetEnd += 1 + query;
            // A question mark with nothing behind it is unusual.
            if (query == 0)
                path = 0;
        }

        next = targetEnd + " HTTP/1.1\r\n"u8.Length;
        // Segments of dots are for Kestrel to take away, and empty ones for routing to judge.
        return path > 0 && bytes[targetEnd..].StartsWith(" HTTP/1.1\r\n"u8)
            && rest[..path].IndexOf("//"u8) < 0 && rest[..path].IndexOf("/."u8) < 0;
    }

    private static bool TryHeaders(ReadOnlySpan<byte> bytes, int start, ref HeadLines lines, ref KnownLines known, out int count)
    {
        ulong seen = 0;
        count = 0;
        // The last line is empty and ends the head.
        while (start < bytes.Length - 2)
        {
            if (count == MaxHeaders || !TryLine(bytes, start, out var line, out int next))
                return false;
            var name = bytes.Slice(line.NameStart, line.NameLength);
            var kind = KindOf(name);
            // Lines of one name are joined or not, depending on who reads them. One bit is enough to tell most names apart.
            ulong bit = 1UL << ((name.Length + ((name[0] | 0x20) * 5) + ((name[^1] | 0x20) * 11)) & 63);
            if (kind == KnownHeader.Refused || ((seen & bit) != 0 && HasName(bytes, lines[..count], name)))
                return false;
            seen |= bit;
            if (kind != KnownHeader.Other)
                known[(int)kind] = (byte)(count + 1);
            lines[count++] = line;
            start = next;
        }

        return true;
    }

    private static bool HasName(ReadOnlySpan<byte> bytes, ReadOnlySpan<HeadLine> lines, ReadOnlySpan<byte> name)
    {
        foreach (var line in lines)
        {
            if (Ascii.EqualsIgnoreCase(bytes.Slice(line.NameStart, line.NameLength), name))
                return true;
        }

        return false;
    }

    private static bool TryLine(ReadOnlySpan<byte> bytes, int start, out HeadLine line, out int next)
    {
        line = default;
        var rest = bytes[start..];
        int end = rest.IndexOfAny(CarriageReturn, LineFeed);
        next = start + end + 2;
        if (rest[end] != CarriageReturn || rest[end + 1] != LineFeed)
            return false;
        int colon = rest[..end].IndexOf((byte)':');
        if (colon <= 0 || rest[..colon].ContainsAnyExcept(TokenBytes))
            return false;
        // One space or none, as everyone writes it; what is to be trimmed beyond that is unusual.
        int value = colon + 1;
        if (rest[value] == ' ')
            value++;
        if (value >= end || rest[value] is (byte)' ' or (byte)'\t' || rest[end - 1] is (byte)' ' or (byte)'\t')
            return false;
        line = new HeadLine((ushort)start, (ushort)colon, (ushort)(start + value), (ushort)(end - value));
        return true;
    }

    private static KnownHeader KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 => Is(name, "TE"u8, KnownHeader.Refused),
        4 => Is(name, "Host"u8, KnownHeader.Host),
        6 when (name[0] | 0x20) == 'o' => Is(name, "Origin"u8, KnownHeader.Origin),
        6 => Is(name, "Expect"u8, KnownHeader.Refused),
        7 when (name[0] | 0x20) == 'u' => Is(name, "Upgrade"u8, KnownHeader.Upgrade),
        // A trace goes on in the host's own activity for the request, which is begun in front of Kestrel's application.
        7 when (name[0] | 0x20) == 'b' => Is(name, "baggage"u8, KnownHeader.Refused),
        7 => Is(name, "Trailer"u8, KnownHeader.Refused),
        10 when (name[0] | 0x20) == 'c' => Is(name, "Connection"u8, KnownHeader.Connection),
        10 when (name[0] | 0x20) == 't' => Is(name, "tracestate"u8, KnownHeader.Refused),
        10 => Is(name, "Request-Id"u8, KnownHeader.Refused),
        11 => Is(name, "traceparent"u8, KnownHeader.Refused),
        14 when (name[0] | 0x20) == 'h' => Is(name, "HTTP2-Settings"u8, KnownHeader.Refused),
        14 => Is(name, "Content-Length"u8, KnownHeader.Refused),
        17 when (name[0] | 0x20) == 's' => Is(name, "Sec-WebSocket-Key"u8, KnownHeader.Key),
        17 => Is(name, "Transfer-Encoding"u8, KnownHeader.Refused),
        19 => Is(name, "Correlation-Context"u8, KnownHeader.Refused),
        21 => Is(name, "Sec-WebSocket-Version"u8, KnownHeader.Version),
        22 => Is(name, "Sec-WebSocket-Protocol"u8, KnownHeader.Protocol),
        24 => Is(name, "Sec-WebSocket-Extensions"u8, KnownHeader.Extensions),
        _ => KnownHeader.Other,
    };

    private static KnownHeader Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known, KnownHeader kind) =>
        Ascii.EqualsIgnoreCase(name, known) ? kind : KnownHeader.Other;

    /// <summary>Whether it asks for a WebSocket, in one of the few ways in which clients write it.</summary>
    private bool IsUpgrade()
    {
        int line = _known[(int)KnownHeader.Connection];
        if (line == 0)
            return false;
        var connection = Written(line - 1);
        return Ascii.EqualsIgnoreCase(Known(KnownHeader.Upgrade), "websocket"u8)
            && (Ascii.EqualsIgnoreCase(connection, "Upgrade"u8) || Ascii.EqualsIgnoreCase(connection, "keep-alive, Upgrade"u8)
                || Ascii.EqualsIgnoreCase(connection, "Upgrade, keep-alive"u8))
            && Known(KnownHeader.Version).SequenceEqual("13"u8)
            && Known(KnownHeader.Key).Length == 24
            && IsHost(Host);
    }

    /// <summary>A name or an address, with or without a port, that stays as it is: punycode would become other letters.</summary>
    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        int end = host.StartsWith("["u8) ? host.IndexOf((byte)']') + 1 : host.IndexOf((byte)':');
        if (end < 0)
            end = host.Length;
        if (end == 0)
            return false;
        var name = host[..end];
        var port = host[end..];
        bool isPort = port.IsEmpty || (port.Length is >= 2 and <= 6 && port[0] == ':' && !port[1..].ContainsAnyExcept(Digits));
        // Kestrel takes no address that is shorter than "[::1]".
        bool isName = name[0] == '['
            ? name.Length >= 5 && name.Contains((byte)':') && !name[1..^1].ContainsAnyExcept(AddressBytes) && IPAddress.IsValidUtf8(name[1..^1])
            : !name.ContainsAnyExcept(NameBytes) && !HasPunycode(name);
        return isPort && isName;
    }

    private static bool HasPunycode(ReadOnlySpan<byte> name)
    {
        for (int dashes = name.IndexOf("--"u8); dashes >= 0; dashes = name.IndexOf("--"u8))
        {
            if (dashes >= 2 && Ascii.EqualsIgnoreCase(name.Slice(dashes - 2, 2), "xn"u8))
                return true;
            name = name[(dashes + 1)..];
        }

        return false;
    }

    private static SearchValues<byte> Bytes(string characters) => SearchValues.Create(Encoding.ASCII.GetBytes(characters));
}
