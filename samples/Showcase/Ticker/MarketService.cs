using Hutong.Rooms;

namespace Showcase.Ticker;

/// <summary>
/// Lets the market tick: each symbol into a room of its own. A day of the market is ten minutes, of which the last twenty seconds are the night.
/// </summary>
internal sealed class MarketService(Market market, IRooms rooms, TimeProvider time) : BackgroundService
{
    private const int DaySeconds = 600;
    private const int NightSeconds = 20;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    private readonly Random _random = new();
    private bool _isOpen = true;

    /// <summary>Whether it is day, and how many seconds until that changes.</summary>
    public (bool IsOpen, int Seconds) Session
    {
        get
        {
            int second = (int)(time.GetUtcNow().ToUnixTimeSeconds() % DaySeconds);
            return second < DaySeconds - NightSeconds ? (true, DaySeconds - NightSeconds - second) : (false, DaySeconds - second);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var (isOpen, seconds) = Session;
            if (isOpen != _isOpen)
                await TurnAsync(isOpen, seconds, stoppingToken);
            if (!isOpen)
                continue;
            var now = time.GetUtcNow();
            foreach (var instrument in market.Instruments)
            {
                if (_random.NextDouble() < instrument.Activity)
                    await rooms.Room(TickerEndpoints.RoomOf(instrument.Symbol)).PublishAsync("price", instrument.Tick(now), cancellationToken: stoppingToken);
            }
        }
    }

    private async Task TurnAsync(bool isOpen, int seconds, CancellationToken stoppingToken)
    {
        _isOpen = isOpen;
        if (isOpen)
        {
            foreach (var instrument in market.Instruments)
                instrument.OpenSession(time.GetUtcNow());
        }

        await rooms.Room(TickerEndpoints.Session).PublishAsync("session", new { isOpen, seconds }, cancellationToken: stoppingToken);
    }
}
