using System.Text;

namespace Hutong.Fuzz;

/// <summary>Headers from lines of text; lines of the same name are joined by commas (RFC 9110 §5.3).</summary>
public sealed class HeaderText : IHandshakeHeaders
{
    private readonly Dictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    public HeaderText(params IEnumerable<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
            Add(name, value);
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Lines such as <c>Name: value</c>; others are passed over.</summary>
    public static HeaderText Parse(ReadOnlySpan<byte> lines)
    {
        var headers = new HeaderText();
        foreach (string line in Encoding.UTF8.GetString(lines).Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                headers.Add(line[..colon], line[(colon + 1)..].Trim(' ', '\t', '\r'));
        }

        return headers;
    }

    private void Add(string name, string value) =>
        _values[name] = _values.TryGetValue(name, out string? before) ? $"{before}, {value}" : value;
}
