using System.Buffers;
using System.Text;
using Hutong.Protocol;

namespace Hutong.Client.Internal;

/// <summary>
/// The head of an HTTP/1.1 response (RFC 9112 §4, §5), read strictly: lines end in CR LF, none is folded, names are tokens, values have
/// no control characters.
/// </summary>
internal sealed class ResponseHead : IHandshakeHeaders
{
    /// <summary>The longest head, with those of interim responses before it.</summary>
    public const int MaxLength = 16 * 1024;

    private const int MaxHeaders = 256;
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    private ResponseHead(int statusCode) => StatusCode = statusCode;

    public int StatusCode { get; }

    public string? this[string name] => _headers.GetValueOrDefault(name);

    /// <summary>Looks for the empty line.</summary>
    /// <param name="buffer">What has come.</param>
    /// <param name="head">The head with its last CR LF, but without the empty line.</param>
    /// <param name="next">Where the rest begins.</param>
    /// <returns>Whether the head is there.</returns>
    public static bool TrySplit(in ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> head, out SequencePosition next)
    {
        var reader = new SequenceReader<byte>(buffer);
        bool found = reader.TryReadTo(out head, "\r\n\r\n"u8);
        if (found)
            head = buffer.Slice(0, head.Length + 2);
        next = reader.Position;
        return found;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="head">Lines, each with its CR LF.</param>
    /// <returns>The head; null if it breaks a rule.</returns>
    public static ResponseHead? TryParse(ReadOnlySpan<byte> head)
    {
        int end = head.IndexOf("\r\n"u8);
        if (end < 0 || ReadStatus(head[..end]) is not { } status)
            return null;
        var response = new ResponseHead(status);
        int count = 0;
        for (var rest = head[(end + 2)..]; !rest.IsEmpty; rest = rest[(end + 2)..])
        {
            end = rest.IndexOf("\r\n"u8);
            if (end < 0 || ++count > MaxHeaders || !response.TryAdd(rest[..end]))
                return null;
        }

        return response;
    }

    /// <summary><c>HTTP/1.1 101 any words</c>.</summary>
    private static int? ReadStatus(ReadOnlySpan<byte> line)
    {
        if (line.Length < 12 || !(line.StartsWith("HTTP/1.1 "u8) || line.StartsWith("HTTP/1.0 "u8)) || (line.Length > 12 && line[12] != ' '))
            return null;
        int status = 0;
        foreach (byte digit in line[9..12])
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return null;
            status = (status * 10) + digit - '0';
        }

        bool known = status is >= 100 and <= 599 && (status != 101 || line[7] == '1');
        return known && IsText(line[12..]) ? status : null;
    }

    private static bool IsText(ReadOnlySpan<byte> value) =>
        !value.ContainsAnyInRange((byte)0, (byte)8) && !value.ContainsAnyInRange((byte)10, (byte)31) && !value.Contains((byte)127);

    private bool TryAdd(ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return false;
        string name = Encoding.Latin1.GetString(line[..colon]);
        var value = line[(colon + 1)..].Trim(" \t"u8);
        if (!HeaderRules.IsToken(name) || !IsText(value))
            return false;
        string text = Encoding.Latin1.GetString(value);
        _headers[name] = _headers.TryGetValue(name, out string? before) ? $"{before}, {text}" : text;
        return true;
    }
}
