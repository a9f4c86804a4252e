using Hutong.Rooms;

namespace Showcase.Game;

/// <summary>Lets the arena tick, and tells the room.</summary>
internal sealed class GameService(Arena arena, IRooms rooms, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var writer = new FrameWriter();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Arena.Rate), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            arena.Step();
            byte[] frame = arena.Read((players, lanterns) => writer.Write(arena.Tick, players, lanterns));
            await rooms.Room(GameEndpoints.Room).PublishAsync("state", Payload.Bytes(frame), cancellationToken: stoppingToken);
        }
    }
}
