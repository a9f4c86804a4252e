namespace Hutong.Rooms.Internal;

/// <summary>Which options a room has: exact names win, then the longest beginning.</summary>
internal sealed class RoomKinds(RoomGraph graph, RoomsOptions options)
{
    private readonly Lock _gate = new();
    private readonly RoomKind? _default = options.DefaultRoom is { } room ? new(graph, "", room, room.ToStream(options.DedupeWindow)) : null;

    // Replaced, never changed.
    private Dictionary<string, RoomKind> _exact = new(StringComparer.Ordinal);
    private RoomKind[] _prefixes = [];
    private Hidden? _hidden;

    public void Add(string pattern, RoomOptions room)
    {
        RoomPattern.Check(pattern);
        room.Validate();
        var kind = new RoomKind(graph, pattern, room, room.ToStream(options.DedupeWindow));
        lock (_gate)
        {
            if (_exact.ContainsKey(pattern) || _prefixes.Any(p => p.Pattern == pattern))
                throw new ArgumentException($"The pattern '{pattern}' is mapped already.", nameof(pattern));
            if (pattern[^1] == '*')
                _prefixes = [.. _prefixes.Append(kind).OrderByDescending(p => p.Pattern.Length)];
            else
                _exact = new(_exact, StringComparer.Ordinal) { [pattern] = kind };
        }
    }

    /// <summary>
    /// Makes rooms for another protocol's clients, hidden from others: all that no pattern matches, and those whose names begin so, whatever is mapped. What is
    /// said last holds for rooms that are made later.
    /// </summary>
    public void Hide(string start, RoomOptions room)
    {
        room.Validate();
        var kind = new RoomKind(graph, "", room, room.ToStream(options.DedupeWindow), isHidden: true);
        lock (_gate)
            Volatile.Write(ref _hidden, new Hidden(start, kind));
    }

    /// <summary>The options of a room that a client may ask for.</summary>
    public RoomKind? FindOpen(string room) => Find(room) is { IsHidden: false } kind ? kind : null;

    public RoomKind? Find(string room)
    {
        var hidden = Volatile.Read(ref _hidden);
        if (hidden is not null && room.StartsWith(hidden.Start, StringComparison.Ordinal))
            return hidden.Kind;
        if (Volatile.Read(ref _exact).TryGetValue(room, out var exact))
            return exact;
        foreach (var kind in Volatile.Read(ref _prefixes))
        {
            if (RoomPattern.Matches(kind.Pattern, room))
                return kind;
        }

        return _default ?? hidden?.Kind;
    }

    private sealed record Hidden(string Start, RoomKind Kind);
}
