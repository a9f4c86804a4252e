using System.Security.Claims;
using Hutong.Server.Internal;

namespace Hutong.Server;

/// <summary>
/// Tickets by which a browser shows in a URL who its user is, where it can send no header: <c>new EventSource("/rt/sse?ticket=…")</c>. A ticket
/// is good for one use and a short time. <c>POST {pattern}/tickets</c> gives them to whom the host knows; a page that the server renders may
/// have one in it. Inject it anywhere; register one of your own for other bounds. Thread-safe.
/// </summary>
public sealed class RoomTickets
{
    // A ticket has a name, by which it is looked up, and a secret, which is compared in constant time.
    private const int NameLength = 12;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<(string Name, DateTimeOffset Until)> _order = new();
    private readonly TimeProvider _time;
    private readonly int _most;

    /// <summary>Makes a store.</summary>
    /// <param name="lifetime">How long a ticket is good; null for 30 s.</param>
    /// <param name="most">How many unused tickets there may be.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is not between 10 ms and a day, or the number is not positive.</exception>
    public RoomTickets(TimeSpan? lifetime = null, int most = 10_000, TimeProvider? time = null)
    {
        Lifetime = lifetime ?? TimeSpan.FromSeconds(30);
        RoomsLimits.CheckTime(Lifetime, nameof(lifetime));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        _most = most;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How long a ticket is good.</summary>
    public TimeSpan Lifetime { get; }

    /// <summary>How many there are that were neither used nor have run out.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                Forget(_time.GetUtcNow());
                return _entries.Count;
            }
        }
    }

    /// <summary>Makes a ticket.</summary>
    /// <param name="user">Whom it stands for.</param>
    /// <param name="expires">Until when a session that it opens may last; null: for any time.</param>
    /// <returns>36 characters that need no escape in a URL; null if there are too many.</returns>
    public string? Issue(ClaimsPrincipal user, DateTimeOffset? expires = null)
    {
        ArgumentNullException.ThrowIfNull(user);
        string name = Secret.Create()[..NameLength];
        string secret = Secret.Create();
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            Forget(now);
            if (_entries.Count >= _most)
                return null;
            _entries[name] = new Entry(secret, user, expires);
            _order.Enqueue((name, now + Lifetime));
        }

        return name + secret;
    }

    /// <summary>Takes a ticket: from then on it is none.</summary>
    internal bool TryUse(string ticket, out ClaimsPrincipal? user, out DateTimeOffset? expires)
    {
        user = null;
        expires = null;
        if (ticket.Length <= NameLength)
            return false;
        string name = ticket[..NameLength];
        lock (_gate)
        {
            Forget(_time.GetUtcNow());
            if (!_entries.TryGetValue(name, out var entry) || !Secret.Equals(entry.Secret, ticket.AsSpan(NameLength)))
                return false;
            _entries.Remove(name);
            (user, expires) = (entry.User, entry.Expires);
            return true;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        while (_order.TryPeek(out var oldest) && (oldest.Until <= now || !_entries.ContainsKey(oldest.Name)))
        {
            _entries.Remove(oldest.Name);
            _order.Dequeue();
        }

        // Those that were used stand in the order until their time has come, behind one that was not.
        if (_order.Count <= 2L * _most)
            return;
        var unused = _order.Where(o => _entries.ContainsKey(o.Name)).ToList();
        _order.Clear();
        foreach (var one in unused)
            _order.Enqueue(one);
    }

    private sealed record Entry(string Secret, ClaimsPrincipal User, DateTimeOffset? Expires);
}
