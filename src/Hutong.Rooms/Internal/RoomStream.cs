using System.Diagnostics;
using System.Security.Cryptography;

namespace Hutong.Rooms.Internal;

/// <summary>A room's stream in memory: who listens, where it stands, and what is kept. Everything under its lock.</summary>
internal sealed class RoomStream(string room)
{
    private static readonly TimeSpan UnusedLifetime = TimeSpan.FromMinutes(1);

    private IRoomSubscriber[] _subscribers = [];
    private Deque<Publication>? _history;
    private Dictionary<string, (StreamPosition? Position, long Expires)>? _answers;
    private Queue<(string Key, long Expires)>? _expiring;
    private string? _epoch;
    private long _offset;
    private long _lastUsed;
    private TimeSpan _age;

    public Lock Gate { get; } = new();

    /// <summary>Whether it has been dropped; then another one takes its place.</summary>
    public bool IsDropped { get; private set; }

    public IRoomSubscriber[] Subscribers => _subscribers;

    public int Bytes { get; private set; }

    public StreamPosition? Position(StreamOptions options)
    {
        if (!options.HasHistory)
            return null;
        _epoch ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        _age = options.HistoryAge;
        return new StreamPosition(_epoch, _offset);
    }

    public bool TryRepeat(PublishRequest request, long now, out StreamPosition? position)
    {
        position = null;
        while (_expiring?.TryPeek(out var first) == true && first.Expires <= now)
        {
            _expiring.Dequeue();
            _answers!.Remove(first.Key);
        }

        if (request.DedupeKey is null || _answers?.TryGetValue(request.DedupeKey, out var answer) != true)
            return false;
        position = answer.Position;
        return true;
    }

    public void Remember(string key, StreamPosition? position, long expires)
    {
        (_answers ??= new(StringComparer.Ordinal))[key] = (position, expires);
        (_expiring ??= new()).Enqueue((key, expires));
    }

    public Publication Append(PublishRequest request, StreamOptions options, long timestamp, long now)
    {
        _lastUsed = now;
        if (!options.HasHistory || request.Ephemeral || request.Volatile)
            return new Publication(room, request, position: null, timestamp);
        Position(options);
        var publication = new Publication(room, request, new StreamPosition(_epoch!, ++_offset), timestamp);
        (_history ??= new()).AddLast(publication);
        Bytes += publication.Size;
        return publication;
    }

    /// <summary>Drops what is above a bound or too old.</summary>
    public void Trim(int size, int bytes, long oldest)
    {
        while (_history is { Count: > 0 } history && (history.Count > size || Bytes > bytes || history[0].Timestamp < oldest))
            Bytes -= history.RemoveFirst().Size;
        if (_history is { Count: 0 })
            _history = null;
    }

    public HistoryPage Read(StreamPosition? since, int limit, StreamOptions options)
    {
        if (Position(options) is not { } top)
            return HistoryPage.None;
        int count = _history?.Count ?? 0;
        if (since is { } from && (from.Epoch != top.Epoch || from.Offset > top.Offset))
            return new HistoryPage(top, [], IsComplete: false);
        // What is kept is a run of offsets that ends at the top.
        long first = top.Offset - count + 1;
        long start = since is { } known ? known.Offset + 1 : Math.Max(first, top.Offset - limit + 1);
        bool complete = start >= first;
        Debug.Assert(count == 0 || _history![0].Offset == first, "History is a run of offsets.");
        int skip = (int)(Math.Max(start, first) - first);
        int take = Math.Min(limit, count - skip);
        if (take <= 0)
            return new HistoryPage(top, [], complete);
        var page = new Publication[take];
        for (int i = 0; i < take; i++)
            page[i] = _history![skip + i];
        return new HistoryPage(top, page, complete);
    }

    public void Add(IRoomSubscriber subscriber) => _subscribers = [.. _subscribers, subscriber];

    public void Remove(IRoomSubscriber subscriber, long now)
    {
        _subscribers = _subscribers.Length == 1 && ReferenceEquals(_subscribers[0], subscriber)
            ? [] : [.. _subscribers.Where(s => !ReferenceEquals(s, subscriber))];
        _lastUsed = Math.Max(_lastUsed, now);
    }

    /// <summary>Drops the stream if nobody would miss it.</summary>
    public bool TryDrop(long now, TimeSpan lifetime)
    {
        if (_subscribers.Length > 0 || _history is not null || _answers is { Count: > 0 })
            return false;
        // In one in which nothing was ever said nobody has missed anything yet: it is kept for those who are back in a moment.
        var keep = _epoch is null ? TimeSpan.Zero : _offset == 0 ? lifetime < UnusedLifetime ? lifetime : UnusedLifetime : _age > lifetime ? _age : lifetime;
        return IsDropped = now - _lastUsed >= keep.TotalMilliseconds;
    }

    public void TrimOld(long now) => Trim(int.MaxValue, int.MaxValue, now - (long)_age.TotalMilliseconds);
}
