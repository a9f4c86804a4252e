namespace Hutong.Rooms.Internal;

/// <summary>Which options a room has: exact names win, then the longest beginning.</summary>
internal sealed class RoomKinds(RoomGraph graph, RoomsOptions options)
{
    private readonly Lock _gate = new();
    private readonly RoomKind? _default = options.DefaultRoom is { } room ? new(graph, "", room, room.ToStream(options.DedupeWindow)) : null;

    // Replaced, never changed.
    private Dictionary<string, RoomKind> _exact = new(StringComparer.Ordinal);
    private RoomKind[] _prefixes = [];

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

    public RoomKind? Find(string room)
    {
        if (Volatile.Read(ref _exact).TryGetValue(room, out var exact))
            return exact;
        foreach (var kind in Volatile.Read(ref _prefixes))
        {
            if (RoomPattern.Matches(kind.Pattern, room))
                return kind;
        }

        return _default;
    }
}
