using System.Threading.RateLimiting;

namespace Quickstart.Chat;

/// <summary>How fast one connection may talk: a hundred messages at once, for those who come back with a full queue, then five a second.</summary>
internal sealed class SpeechLimit : IDisposable
{
    private readonly TokenBucketRateLimiter _limiter = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = 100,
        TokensPerPeriod = 5,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        AutoReplenishment = false,
        QueueLimit = 0,
    });

    public bool TrySpeak()
    {
        _limiter.TryReplenish();
        using var lease = _limiter.AttemptAcquire();
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
