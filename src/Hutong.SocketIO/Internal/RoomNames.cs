namespace Hutong.SocketIO.Internal;

/// <summary>
/// Names of a namespace's rooms as Hutong's rooms have them. No two rooms of Socket.IO have one name, whatever clients let the application choose; and what is
/// not for others begins with <see cref="Hidden"/>. See <c>docs/topics/one-room.md</c>.
/// </summary>
internal sealed class RoomNames(string nsp)
{
    /// <summary>What the names of rooms begin with that no other protocol's clients may join.</summary>
    public const string Hidden = "#/";

    /// <summary>How long the id of a socket is.</summary>
    public const int IdLength = 20;

    private readonly string _own = $"#{nsp}#";
    private readonly string _prefix = nsp + "#";

    /// <summary>The room of all sockets of the namespace.</summary>
    public string All { get; } = "#" + nsp;

    /// <summary>The Hutong room of a room of the namespace.</summary>
    public string Of(string room)
    {
        if (IsId(room))
            return _own + room;
        bool looksOwn = room.Length == 0 || room.StartsWith(Hidden, StringComparison.Ordinal) || (room[0] == '/' && room.Contains('#', StringComparison.Ordinal));
        return nsp.Length == 1 && !looksOwn ? room : _prefix + room;
    }

    /// <summary>The room of the namespace that a Hutong room is; null for that of all.</summary>
    public string? From(string name)
    {
        if (name == All)
            return null;
        if (name.StartsWith(_own, StringComparison.Ordinal))
            return name[_own.Length..];
        return name.StartsWith(_prefix, StringComparison.Ordinal) ? name[_prefix.Length..] : name;
    }

    /// <summary>Whether it may be the id of a socket.</summary>
    public static bool IsId(string room)
    {
        if (room.Length != IdLength)
            return false;
        foreach (char c in room)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
                return false;
        }

        return true;
    }
}
