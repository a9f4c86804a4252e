using System.Collections.Concurrent;

namespace Hutong.Rooms;

/// <summary>The presence of a single process. Several <see cref="RoomGraph"/>s may share one, as nodes do.</summary>
/// <param name="time">The clock by which leases run out; null for the system's.</param>
public sealed class MemoryPresence(TimeProvider? time = null) : IPresenceStore
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly ConcurrentDictionary<string, long> _leases = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Presences> _rooms = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<PresenceChange> JoinAsync(string room, PresenceEntry entry, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(entry);
        while (true)
        {
            var presences = _rooms.GetOrAdd(room, static _ => new Presences());
            lock (presences)
            {
                if (presences.IsDropped)
                    continue;
                DropDead(presences);
                bool first = presences.Add(entry);
                return new(new PresenceChange(presences.Sessions.Count, first));
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<PresenceChange> LeaveAsync(string room, string session, CancellationToken cancellationToken = default)
    {
        if (!_rooms.TryGetValue(room, out var presences))
            return default;
        lock (presences)
        {
            DropDead(presences);
            bool last = presences.Remove(session);
            if (presences.Sessions.Count == 0)
            {
                presences.IsDropped = true;
                _rooms.TryRemove(new(room, presences));
            }

            return new(new PresenceChange(presences.Sessions.Count, last));
        }
    }

    /// <inheritdoc/>
    public ValueTask<PresenceSnapshot> GetAsync(string room, int limit, CancellationToken cancellationToken = default)
    {
        if (!_rooms.TryGetValue(room, out var presences))
            return new(new PresenceSnapshot(0, 0, []));
        lock (presences)
        {
            DropDead(presences);
            int anonymous = presences.Sessions.Count - presences.Users.Values.Sum();
            return new(new PresenceSnapshot(presences.Sessions.Count, presences.Users.Count + anonymous, [.. presences.Sessions.Values.Take(limit)]));
        }
    }

    /// <inheritdoc/>
    public ValueTask KeepAliveAsync(string node, TimeSpan lease, CancellationToken cancellationToken = default)
    {
        _leases[node] = _time.GetTimestamp() + (long)(lease.TotalSeconds * _time.TimestampFrequency);
        return default;
    }

    /// <summary>Forgets the entries of nodes whose lease has run out. A node without a lease is taken for living.</summary>
    private void DropDead(Presences presences)
    {
        long now = _time.GetTimestamp();
        foreach (var (node, expires) in _leases)
        {
            if (expires > now || !presences.Nodes.ContainsKey(node))
                continue;
            foreach (var entry in presences.Sessions.Values.Where(e => e.Node == node).ToList())
                presences.Remove(entry.Session);
        }
    }

    private sealed class Presences
    {
        public Dictionary<string, PresenceEntry> Sessions { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> Users { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, int> Nodes { get; } = new(StringComparer.Ordinal);

        public bool IsDropped { get; set; }

        public bool Add(PresenceEntry entry)
        {
            bool known = Sessions.TryGetValue(entry.Session, out var before);
            if (known)
                Uncount(before!);
            Sessions[entry.Session] = entry;
            Count(Nodes, entry.Node);
            return (entry.User is null ? !known : Count(Users, entry.User) == 1) && !(known && before!.User == entry.User);
        }

        public bool Remove(string session) => Sessions.Remove(session, out var entry) && Uncount(entry);

        /// <returns>Whether it was the last of its user.</returns>
        private bool Uncount(PresenceEntry entry)
        {
            Discount(Nodes, entry.Node);
            return entry.User is null || Discount(Users, entry.User) == 0;
        }

        private static int Count(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

        private static int Discount(Dictionary<string, int> counts, string key)
        {
            int left = counts[key] - 1;
            if (left == 0)
                counts.Remove(key);
            else
                counts[key] = left;
            return left;
        }
    }
}
