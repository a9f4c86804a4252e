using Hutong.Rooms.Internal;

namespace Hutong.Server.Internal;

/// <summary>
/// A token bucket for each of many keys. A bucket that is full again is as good as none: keys that were quiet for as long as a bucket takes to
/// fill are forgotten. Keys beyond the bound share one bucket. Thread-safe.
/// </summary>
internal sealed class RateBuckets<TKey>(RateLimit limit, int most, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly long _fill = Math.Max(1, (long)(limit.Burst / limit.PerSecond * 1000));
    private Dictionary<TKey, Bucket> _recent = [];
    private Dictionary<TKey, Bucket> _older = [];
    private Bucket _shared;
    private long _turned = long.MinValue / 2;

    public int Count
    {
        get
        {
            lock (_gate)
                return _recent.Count + _older.Count;
        }
    }

    public bool TryTake(TKey key)
    {
        long now = time.GetTimestamp() / (time.TimestampFrequency / 1000);
        lock (_gate)
        {
            if (now - _turned >= _fill)
            {
                // What was not used in the meantime is full.
                (_older, _recent) = (_recent, _older);
                _recent.Clear();
                _turned = now;
            }

            if (!_recent.TryGetValue(key, out var bucket) && !_older.Remove(key, out bucket) && _recent.Count + _older.Count >= most)
                return _shared.TryTake(now, limit.PerSecond, limit.Burst);
            bool taken = bucket.TryTake(now, limit.PerSecond, limit.Burst);
            _recent[key] = bucket;
            return taken;
        }
    }
}
