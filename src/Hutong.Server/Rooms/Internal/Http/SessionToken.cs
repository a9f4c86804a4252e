using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>
/// What a client of an HTTP transport shows to go on with its session: the session's public id and a secret. In an SSE event's id the number of the
/// message follows, and, where the stream was opened for one room, the room's position, from which another node can go on.
/// </summary>
internal readonly record struct SessionToken(string Session, string Secret)
{
    // An id and a secret of our own are 16 and 24 characters.
    private const int Longest = 128;

    public static bool TryParse(string? text, out SessionToken token)
    {
        token = default;
        if (text is null || text.Length > Longest)
            return false;
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || dot == text.Length - 1 || text.AsSpan(dot + 1).Contains('.'))
            return false;
        token = new SessionToken(text[..dot], text[(dot + 1)..]);
        return true;
    }

    /// <summary>Reads the id of the last SSE event.</summary>
    public static bool TryParseEventId(string? text, out SessionToken token, out long received, out StreamPosition? position)
    {
        token = default;
        received = 0;
        position = null;
        if (text is null || text.Length > 2 * Longest)
            return false;
        string[] parts = text.Split('.', 4);
        if (parts.Length < 3 || !TryParse($"{parts[0]}.{parts[1]}", out token)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out received))
            return false;
        if (parts.Length == 4 && TryParsePosition(parts[3], out var found))
            position = found;
        return true;
    }

    /// <summary>Reads <c>epoch:offset</c>.</summary>
    public static bool TryParsePosition(string? text, [NotNullWhen(true)] out StreamPosition? position)
    {
        position = null;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon is <= 0 or > 64 || !long.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
            || offset > StreamPosition.MaxOffset)
            return false;
        position = new StreamPosition(text![..colon], offset);
        return true;
    }

    public override string ToString() => $"{Session}.{Secret}";
}
