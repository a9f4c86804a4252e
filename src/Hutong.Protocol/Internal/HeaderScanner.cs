using System.Buffers;
using System.Text;

namespace Hutong.Protocol.Internal;

/// <summary>Reads the lists in handshake headers: tokens, commas, semicolons, quoted values (RFC 9110 §5.6).</summary>
internal ref struct HeaderScanner(ReadOnlySpan<char> rest)
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ReadOnlySpan<char> _rest = rest.Trim(" \t");

    public readonly bool AtEnd => _rest.IsEmpty;

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether a comma-separated list holds a token, whatever its letter case.</summary>
    public static bool ListContains(string? list, string token)
    {
        ReadOnlySpan<char> rest = list;
        foreach (var item in rest.Split(','))
        {
            if (rest[item].Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    /// <summary>Whether the place is before a comma or at the end: an empty item, which a recipient ignores (RFC 9110 §5.6.1).</summary>
    public readonly bool SkipEmptyItem() => _rest.IsEmpty || _rest[0] == ',';

    public bool TryTake(char separator)
    {
        if (_rest.IsEmpty || _rest[0] != separator)
            return false;
        _rest = _rest[1..].TrimStart(" \t");
        return true;
    }

    public bool TryToken(out string token)
    {
        int length = _rest.IndexOfAnyExcept(TokenCharacters);
        if (length < 0)
            length = _rest.Length;
        token = _rest[..length].ToString();
        _rest = _rest[length..].TrimStart(" \t");
        return length > 0;
    }

    public bool TryTokenOrQuoted(out string? value)
    {
        if (_rest.IsEmpty || _rest[0] != '"')
        {
            bool found = TryToken(out string token);
            value = token;
            return found;
        }

        var text = new StringBuilder();
        value = null;
        for (int i = 1; i < _rest.Length; i++)
        {
            char c = _rest[i];
            if (c == '"')
            {
                value = text.ToString();
                _rest = _rest[(i + 1)..].TrimStart(" \t");
                return IsToken(value);
            }

            if (c == '\\' && ++i < _rest.Length)
                c = _rest[i];
            text.Append(c);
        }

        return false;
    }
}
