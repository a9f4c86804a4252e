using System.Text;
using Hutong.Protocol.Internal;

namespace Hutong.Protocol;

/// <summary>One extension with its parameters, as <c>Sec-WebSocket-Extensions</c> lists them (RFC 6455 §9.1).</summary>
/// <param name="Name">The extension's name.</param>
/// <param name="Parameters">Its parameters in order, repeated ones too; the value is null for a parameter without one.</param>
public sealed record ExtensionParameters(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters)
{
    private const int MaxItems = 64;

    /// <summary>An extension without parameters.</summary>
    /// <param name="name">The extension's name.</param>
    public ExtensionParameters(string name)
        : this(name, [])
    {
    }

    /// <summary>Parses the header's value. A value in quotes must be a token once they are taken off, as the RFC says.</summary>
    /// <param name="value">The header's value; several lines joined by commas.</param>
    /// <param name="extensions">The extensions in order.</param>
    /// <returns>False if the value breaks the grammar or lists more than 64 items.</returns>
    public static bool TryParseList(string value, out IReadOnlyList<ExtensionParameters> extensions)
    {
        var list = new List<ExtensionParameters>();
        extensions = list;
        var scanner = new HeaderScanner(value);
        do
        {
            if (scanner.SkipEmptyItem())
                continue;
            if (!scanner.TryToken(out string name) || list.Count >= MaxItems)
                return false;
            var parameters = new List<KeyValuePair<string, string?>>();
            while (scanner.TryTake(';'))
            {
                if (!scanner.TryToken(out string key) || parameters.Count >= MaxItems)
                    return false;
                string? parameter = null;
                if (scanner.TryTake('=') && !scanner.TryTokenOrQuoted(out parameter))
                    return false;
                parameters.Add(new(key, parameter));
            }

            list.Add(new(name, parameters));
        }
        while (scanner.TryTake(','));
        return scanner.AtEnd && list.Count > 0;
    }

    /// <summary>The header's form: <c>name; key=value; flag</c>.</summary>
    public override string ToString()
    {
        if (Parameters.Count == 0)
            return Name;
        var text = new StringBuilder(Name);
        foreach (var (key, value) in Parameters)
        {
            text.Append("; ").Append(key);
            if (value is not null)
                text.Append('=').Append(value);
        }

        return text.ToString();
    }
}
