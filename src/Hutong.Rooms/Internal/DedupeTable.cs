using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <summary>
/// Messages of clients that were handled, by their ids, with the answers: one that comes again within the window is answered again and not
/// handled. A text id counts for all sessions of the user; a number, which clients count up from 1 on each connection, for the session alone.
/// </summary>
internal sealed class DedupeTable(RoomsOptions options)
{
    private readonly Dictionary<string, Owner> _owners = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _nextSweep;

    /// <summary>What makes a publication of a message repeatable; null if the message has no id.</summary>
    public string? KeyOf(Session session, MessageId id) =>
        id.IsPresent && options.DedupeWindow > TimeSpan.Zero ? $"{OwnerOf(session, id)}\n{id.Text}" : null;

    /// <summary>Notes that a message is about to be handled.</summary>
    /// <returns>Null if it is new: then <see cref="Entry.Complete"/> must follow. Else what is known of it.</returns>
    public Entry? Begin(Session session, MessageId id, out Entry? mine)
    {
        mine = null;
        if (!id.IsPresent || options.DedupeWindow == TimeSpan.Zero)
            return null;
        long now = options.TimeProvider.GetUtcNow().ToUnixTimeMilliseconds();
        string name = OwnerOf(session, id);
        lock (_gate)
        {
            Sweep(now);
            if (!_owners.TryGetValue(name, out var owner))
                _owners.Add(name, owner = new Owner());
            owner.Forget(now, options.DedupeSize);
            if (owner.Entries.TryGetValue(id.Text!, out var entry))
                return entry;
            mine = new Entry(this, owner, id.Text!, now + (long)options.DedupeWindow.TotalMilliseconds);
            owner.Entries.Add(id.Text!, mine);
            owner.Order.Enqueue(mine);
            return null;
        }
    }

    private static string OwnerOf(Session session, MessageId id) =>
        session.UserId is { } user && !id.IsNumber ? $"u{user}" : $"s{session.Id}";

    private void Sweep(long now)
    {
        if (now < _nextSweep)
            return;
        _nextSweep = now + (long)options.DedupeWindow.TotalMilliseconds;
        foreach (var (name, owner) in _owners)
        {
            owner.Forget(now, options.DedupeSize);
            if (owner.Entries.Count == 0)
                _owners.Remove(name);
        }
    }

    /// <summary>A message: being handled, or answered.</summary>
    internal sealed class Entry(DedupeTable table, Owner owner, string id, long expires)
    {
        private List<Action<OutgoingMessage>>? _waiting;
        private OutgoingMessage? _answer;

        public string Id { get; } = id;

        public long Expires { get; } = expires;

        /// <summary>Notes the answer, and gives it to those who asked meanwhile.</summary>
        /// <param name="answer">The answer.</param>
        /// <param name="keep">Whether it holds for the window. An error does not: the message may come again, and is handled anew.</param>
        public void Complete(OutgoingMessage answer, bool keep)
        {
            List<Action<OutgoingMessage>>? waiting;
            lock (table._gate)
            {
                if (_answer is not null)
                    return;
                _answer = answer;
                if (!keep && owner.Entries.TryGetValue(Id, out var entry) && ReferenceEquals(entry, this))
                    owner.Entries.Remove(Id);
                waiting = _waiting;
                _waiting = null;
            }

            foreach (var callback in waiting ?? [])
                callback(answer);
        }

        /// <summary>Gives the answer to a message that came again: now, or when the first one has been handled.</summary>
        public void WhenAnswered(Action<OutgoingMessage> callback)
        {
            lock (table._gate)
            {
                if (_answer is null)
                {
                    (_waiting ??= []).Add(callback);
                    return;
                }
            }

            callback(_answer);
        }
    }

    internal sealed class Owner
    {
        public Dictionary<string, Entry> Entries { get; } = new(StringComparer.Ordinal);

        public Queue<Entry> Order { get; } = new();

        public void Forget(long now, int size)
        {
            while (Order.TryPeek(out var first) && (first.Expires <= now || Entries.Count >= size))
            {
                Order.Dequeue();
                if (Entries.TryGetValue(first.Id, out var entry) && ReferenceEquals(entry, first))
                    Entries.Remove(first.Id);
            }
        }
    }
}
