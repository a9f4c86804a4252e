using System.Collections.Concurrent;
using Hutong.Rooms.Internal;

namespace Hutong.Rooms;

/// <summary>
/// The backplane of a single process: it never waits, and nothing outlives it. Several <see cref="RoomGraph"/>s may share one, as nodes do.
/// </summary>
public sealed class MemoryBackplane : IBackplane, IDisposable
{
    private readonly ConcurrentDictionary<string, RoomStream> _streams = new(StringComparer.Ordinal);

    // Rooms without history: their subscriber, or an array of them where nodes share this backplane.
    private readonly ConcurrentDictionary<string, object> _plain = new(StringComparer.Ordinal);
    private readonly MemoryBackplaneOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Action<NodeMessage>[] _receivers = [];
    private ITimer? _sweep;
    private long _bytes;
    private bool _disposed;

    /// <summary>Makes an empty one.</summary>
    /// <param name="options">Its bounds; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public MemoryBackplane(MemoryBackplaneOptions? options = null)
    {
        _options = options ?? new();
        _options.Validate();
        _time = _options.TimeProvider;
    }

    /// <summary>How many bytes all histories take together, by <see cref="Publication.Size"/>.</summary>
    public long HistoryBytes => Interlocked.Read(ref _bytes);

    /// <summary>How many rooms it knows anything of.</summary>
    public int Streams => _streams.Count + _plain.Count;

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> PublishAsync(string room, PublishRequest request, StreamOptions stream, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentException.ThrowIfNullOrEmpty(request.Type);
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.HasHistory && (request.DedupeKey is null || stream.DedupeWindow == TimeSpan.Zero))
        {
            PublishPlain(room, request);
            return default;
        }

        IRoomSubscriber[] subscribers;
        StreamPosition? position;
        var held = Enter(room);
        try
        {
            long now = Now();
            if (held.TryRepeat(request, now, out position))
                return new(position);
            int before = held.Bytes;
            var publication = held.Append(request, stream, now, now);
            position = publication.Position;
            Trim(held, stream, now, before);
            if (request.DedupeKey is not null && stream.DedupeWindow > TimeSpan.Zero)
                held.Remember(request.DedupeKey, position, now + (long)stream.DedupeWindow.TotalMilliseconds);
            subscribers = held.Subscribers;
            foreach (var subscriber in subscribers)
                subscriber.Receive(publication);
            StartSweeping();
        }
        finally
        {
            held.Gate.Exit();
        }

        foreach (var subscriber in subscribers)
            subscriber.Flush();
        if (!stream.HasHistory)
            PublishPlain(room, request);
        return new(position);
    }

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> SubscribeAsync(string room, StreamOptions stream, IRoomSubscriber subscriber, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(subscriber);
        if (!stream.HasHistory)
        {
            _plain.AddOrUpdate(
                room, static (_, added) => added, static (_, known, added) => known is IRoomSubscriber one ? new[] { one, added } : [.. (IRoomSubscriber[])known, added],
                subscriber);
            return default;
        }

        var held = Enter(room);
        try
        {
            held.Add(subscriber);
            StartSweeping();
            return new(held.Position(stream));
        }
        finally
        {
            held.Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public ValueTask UnsubscribeAsync(string room, IRoomSubscriber subscriber)
    {
        while (_plain.TryGetValue(room, out object? known))
        {
            IRoomSubscriber[] left = known is IRoomSubscriber[] several ? [.. several.Where(s => !ReferenceEquals(s, subscriber))] : [];
            if (left.Length == 0 ? _plain.TryRemove(new(room, subscriber)) : _plain.TryUpdate(room, left.Length == 1 ? left[0] : left, known))
                return default;
            if (ReferenceEquals(known, _plain.GetValueOrDefault(room)))
                break;
        }

        var held = Enter(room);
        try
        {
            held.Remove(subscriber, Now());
            DropIfUnused(room, held);
        }
        finally
        {
            held.Gate.Exit();
        }

        return default;
    }

    /// <inheritdoc/>
    public ValueTask<HistoryPage> ReadAsync(string room, StreamOptions stream, StreamPosition? since, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(room);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var held = Enter(room);
        try
        {
            Trim(held, stream, Now(), held.Bytes);
            var page = held.Read(since, limit, stream);
            DropIfUnused(room, held);
            return new(page);
        }
        finally
        {
            held.Gate.Exit();
        }
    }

    /// <inheritdoc/>
    public ValueTask SendAsync(NodeMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (var receiver in Volatile.Read(ref _receivers))
            receiver(message);
        return default;
    }

    /// <inheritdoc/>
    public IDisposable Attach(Action<NodeMessage> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        lock (_gate)
            Volatile.Write(ref _receivers, [.. _receivers, receiver]);
        return new Attachment(this, receiver);
    }

    /// <summary>Stops looking for what is too old.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _sweep?.Dispose();
            _sweep = null;
        }
    }

    private long Now() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private void PublishPlain(string room, PublishRequest request)
    {
        if (!_plain.TryGetValue(room, out object? known))
            return;
        var publication = new Publication(room, request, position: null, Now());
        if (known is IRoomSubscriber one)
        {
            one.Receive(publication);
            one.Flush();
            return;
        }

        var several = (IRoomSubscriber[])known;
        // One order for all nodes.
        lock (several)
        {
            foreach (var subscriber in several)
                subscriber.Receive(publication);
        }

        foreach (var subscriber in several)
            subscriber.Flush();
    }

    /// <summary>The stream of a room, made if there is none, with its gate held.</summary>
    private RoomStream Enter(string room)
    {
        while (true)
        {
            var stream = _streams.GetOrAdd(room, static name => new RoomStream(name));
            stream.Gate.Enter();
            if (!stream.IsDropped)
                return stream;
            stream.Gate.Exit();
            _streams.TryRemove(new(room, stream));
        }
    }

    private void Trim(RoomStream stream, StreamOptions options, long now, int before)
    {
        stream.Trim(options.HistorySize, options.HistoryBytes, now - (long)options.HistoryAge.TotalMilliseconds);
        long all = Interlocked.Add(ref _bytes, stream.Bytes - before);
        if (all <= _options.MaxHistoryBytes)
            return;
        int held = stream.Bytes;
        stream.Trim(int.MaxValue, (int)Math.Max(0, held - (all - _options.MaxHistoryBytes)), long.MinValue);
        Interlocked.Add(ref _bytes, stream.Bytes - held);
    }

    private void StartSweeping()
    {
        if (Volatile.Read(ref _sweep) is not null)
            return;
        lock (_gate)
        {
            if (!_disposed)
                _sweep ??= _time.CreateTimer(static state => ((MemoryBackplane)state!).Sweep(), this, _options.SweepInterval, _options.SweepInterval);
        }
    }

    private void Sweep()
    {
        long now = Now();
        foreach (var (room, stream) in _streams)
        {
            lock (stream.Gate)
            {
                int before = stream.Bytes;
                stream.TrimOld(now);
                stream.TryRepeat(Nothing, now, out _);
                if (stream.Bytes != before)
                    Interlocked.Add(ref _bytes, stream.Bytes - before);
                DropIfUnused(room, stream);
            }
        }
    }

    /// <summary>Drops a stream that nobody would miss. Under its gate.</summary>
    private void DropIfUnused(string room, RoomStream stream)
    {
        if (stream.TryDrop(Now(), _options.StreamLifetime))
            _streams.TryRemove(new(room, stream));
    }

    private static readonly PublishRequest Nothing = new("-", default);

    private sealed class Attachment(MemoryBackplane owner, Action<NodeMessage> receiver) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
                Volatile.Write(ref owner._receivers, [.. owner._receivers.Where(r => r != receiver)]);
        }
    }
}
