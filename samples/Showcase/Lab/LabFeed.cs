using System.Diagnostics;
using Hutong.Rooms;

namespace Showcase.Lab;

/// <summary>
/// The feed that all transports carry at once: so many messages a second of such a size, each with the time at which it was made. It ends by
/// itself when nobody has asked for it for a while.
/// </summary>
internal sealed class LabFeed(IRooms rooms, TimeProvider time) : BackgroundService
{
    /// <summary>The most messages a second.</summary>
    public const int MaxRate = 50;

    /// <summary>The largest payload, about, in bytes.</summary>
    public const int MaxSize = 4096;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _wanted = new(0, 1);
    private long _until;
    private volatile int _rate = 10;
    private volatile int _size = 128;

    /// <summary>Lets it run for some seconds more, so fast and so large.</summary>
    public void Ask(int rate, int size)
    {
        _rate = Math.Clamp(rate, 1, MaxRate);
        _size = Math.Clamp(size, 16, MaxSize);
        Interlocked.Exchange(ref _until, (time.GetUtcNow() + Lease).ToUnixTimeMilliseconds());
        if (_wanted.CurrentCount == 0)
            Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var room = rooms.Room(LabEndpoints.Room);
        long number = 0;
        while (true)
        {
            await _wanted.WaitAsync(stoppingToken);
            long started = Stopwatch.GetTimestamp();
            double due = 0;
            while (time.GetUtcNow().ToUnixTimeMilliseconds() < Interlocked.Read(ref _until))
            {
                due += 1000.0 / _rate;
                double wait = due - Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                if (wait > 1)
                    await Task.Delay(TimeSpan.FromMilliseconds(wait), time, stoppingToken);
                else if (wait < -1000)
                    due -= wait;
                double now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
                await room.PublishAsync("tick", new { n = ++number, t = Math.Round(now, 2), pad = new string('x', _size) }, cancellationToken: stoppingToken);
            }
        }
    }

    private void Release()
    {
        try
        {
            _wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has.
        }
    }
}
