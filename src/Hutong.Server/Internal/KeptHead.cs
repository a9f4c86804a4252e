using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Hutong.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Hutong.Server.Internal;

/// <summary>
/// What a connection keeps of its request's query and headers: one array of bytes, because most of it is never asked for. It holds the query,
/// then a line for each value of a header, without what everyone sends in the same words.
/// </summary>
internal static class KeptHead
{
    private const byte LineEnd = (byte)'\n';
    private const byte Colon = (byte)':';

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _output;

    /// <summary>Whether nobody needs a header after the handshake: it says nothing about the client.</summary>
    public static bool IsSpent(string name) =>
        name.Equals(HandshakeHeaderNames.Key, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HandshakeHeaderNames.Extensions, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a request has the headers of an upgrade, whose usual values are not kept. An extended CONNECT has not, nor has a plain request.</summary>
    public static bool HasUsual(IHeaderDictionary headers) =>
        headers.Upgrade.Count > 0 && headers.Connection.Count > 0 && headers.SecWebSocketVersion.Count > 0;

    /// <returns>Null if there is nothing to keep.</returns>
    /// <param name="query">The query.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="isUpgrade">What <see cref="HasUsual"/> says.</param>
    public static byte[]? Copy(string query, IHeaderDictionary headers, bool isUpgrade)
    {
        var output = _output ??= new ArrayBufferWriter<byte>(1024);
        output.ResetWrittenCount();
        Write(output, query, LineEnd);
        foreach (var (name, values) in headers)
        {
            if (IsSpent(name) || name.Equals(HeaderNames.Host, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (string? value in values)
            {
                if (value is null || (isUpgrade && values.Count == 1 && Usual(name) == value))
                    continue;
                Write(output, name, Colon);
                Write(output, value, LineEnd);
            }
        }

        return output.WrittenCount == 1 ? null : output.WrittenSpan.ToArray();
    }

    /// <returns>Null if there is nothing to keep.</returns>
    public static byte[]? Copy(in UpgradeRequestHead head)
    {
        int length = head.Query.Length;
        for (int i = 0; i < head.HeaderCount; i++)
        {
            if (IsKept(head, i))
                length += head.Name(i).Length + head.Value(i).Length + 2;
        }

        if (length == 0)
            return null;
        byte[] kept = GC.AllocateUninitializedArray<byte>(length + 1);
        head.Query.CopyTo(kept);
        int at = head.Query.Length;
        kept[at++] = LineEnd;
        for (int i = 0; i < head.HeaderCount; i++)
        {
            if (!IsKept(head, i))
                continue;
            head.Name(i).CopyTo(kept.AsSpan(at));
            at += head.Name(i).Length;
            kept[at++] = Colon;
            head.Value(i).CopyTo(kept.AsSpan(at));
            at += head.Value(i).Length;
            kept[at++] = LineEnd;
        }

        return kept;
    }

    public static string Query(byte[]? kept) => kept is null ? "" : Encoding.UTF8.GetString(kept, 0, Array.IndexOf(kept, LineEnd));

    public static StringValues Header(byte[]? kept, string name, bool isUpgrade)
    {
        StringValues found = default;
        var rest = kept.AsSpan();
        rest = rest[(rest.IndexOf(LineEnd) + 1)..];
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf(LineEnd);
            int colon = rest.IndexOf(Colon);
            if (Ascii.EqualsIgnoreCase(rest[..colon], name))
                found = StringValues.Concat(found, Encoding.UTF8.GetString(rest[(colon + 1)..end]));
            rest = rest[(end + 1)..];
        }

        return found.Count > 0 || !isUpgrade ? found : Usual(name);
    }

    /// <summary>Writes a text and what ends it, which a valid one does not hold; who sends others than valid ones shall not be believed.</summary>
    private static void Write(ArrayBufferWriter<byte> output, string text, byte end)
    {
        int start = output.WrittenCount;
        Encoding.UTF8.GetBytes(text, output);
        foreach (ref byte b in MemoryMarshal.AsMemory(output.WrittenMemory[start..]).Span)
        {
            if (b == LineEnd || b == end)
                b = (byte)' ';
        }

        output.GetSpan(1)[0] = end;
        output.Advance(1);
    }

    private static bool IsKept(in UpgradeRequestHead head, int index) => head.Kind(index) switch
    {
        KnownHeader.Host or KnownHeader.Key or KnownHeader.Extensions or KnownHeader.Version => false,
        KnownHeader.Upgrade => !head.Value(index).SequenceEqual("websocket"u8),
        KnownHeader.Connection => !head.Value(index).SequenceEqual("Upgrade"u8),
        _ => true,
    };

    /// <summary>What is not kept because nearly everyone sends the same.</summary>
    private static StringValues Usual(string name)
    {
        if (name.Equals(HandshakeHeaderNames.Upgrade, StringComparison.OrdinalIgnoreCase))
            return "websocket";
        if (name.Equals(HandshakeHeaderNames.Connection, StringComparison.OrdinalIgnoreCase))
            return "Upgrade";
        return name.Equals(HandshakeHeaderNames.Version, StringComparison.OrdinalIgnoreCase) ? OpeningHandshake.Version : StringValues.Empty;
    }
}
