using Microsoft.Extensions.Logging;

namespace Hutong.Transport.Internal;

/// <summary>
/// Sees to it that one endpoint's message callbacks do not hold up everyone on the loop: when they have taken too long too often, what its
/// connections receive is handled on the thread pool from then on. Shared by the connections of an endpoint.
/// </summary>
internal sealed class CallbackWatch(string endpoint, TimeSpan limit, int overruns, TimeProvider time, ILogger log)
{
    private const int RareTurns = 100;

    private readonly long _limit = (long)(limit.TotalSeconds * time.TimestampFrequency);
    private int _count;
    private volatile bool _onPool;

    /// <summary>Whether callbacks run on the pool.</summary>
    public bool OnPool => _onPool;

    public long Now => time.GetTimestamp();

    /// <summary>Notes how long a turn's callbacks took, all of one connection together.</summary>
    /// <param name="took">How long, in the clock's ticks.</param>
    /// <param name="turns">The connection's turns since it last took too long; counted here.</param>
    public void Note(long took, ref int turns)
    {
        turns++;
        if (took > _limit)
            NoteOverrun(ref turns);
    }

    private void NoteOverrun(ref int turns)
    {
        // A thread that the system had others run before looks slow too; but that does not meet the same connection again and again.
        bool rare = turns > RareTurns;
        turns = 0;
        if (rare || _onPool || Interlocked.Increment(ref _count) != overruns)
            return;
        _onPool = true;
        TransportLog.MovedToPool(log, endpoint, limit.TotalMilliseconds, overruns);
    }
}
