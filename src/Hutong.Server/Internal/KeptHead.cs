using System.Text;
using Hutong.Protocol;
using Microsoft.Extensions.Primitives;

namespace Hutong.Server.Internal;

/// <summary>
/// What a connection keeps of its request's query and headers: one array of bytes, because most of it is never asked for. It holds the query,
/// then a line for each header, without what everyone sends in the same words.
/// </summary>
internal static class KeptHead
{
    private const byte LineEnd = (byte)'\n';
    private const byte Colon = (byte)':';

    /// <summary>Whether nobody needs a header after the handshake: it says nothing about the client.</summary>
    public static bool IsSpent(string name) =>
        name.Equals(HandshakeHeaderNames.Key, StringComparison.OrdinalIgnoreCase)
        || name.Equals(HandshakeHeaderNames.Extensions, StringComparison.OrdinalIgnoreCase);

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

    public static string Query(byte[]? kept) => kept is null ? "" : Encoding.ASCII.GetString(kept, 0, Array.IndexOf(kept, LineEnd));

    public static StringValues Header(byte[]? kept, string name)
    {
        var rest = kept.AsSpan();
        rest = rest[(rest.IndexOf(LineEnd) + 1)..];
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf(LineEnd);
            int colon = rest.IndexOf(Colon);
            if (Ascii.EqualsIgnoreCase(rest[..colon], name))
                return Encoding.ASCII.GetString(rest[(colon + 1)..end]);
            rest = rest[(end + 1)..];
        }

        return Usual(name);
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
