using Hutong.Testing;

namespace Hutong.Rooms.Model;

/// <summary>How long things take, by a seed: now and then some time, mostly a few turns of whatever else is going on.</summary>
internal sealed class Delays(SimulationScheduler scheduler, int seed)
{
    public Random Random { get; } = new(seed);

    public async ValueTask Wait()
    {
        int hops = Random.Next(4);
        for (int i = 0; i < hops; i++)
        {
            var done = new TaskCompletionSource();
            if (Random.Next(8) == 0)
            {
                using var timer = scheduler.Time!.CreateTimer(_ => done.TrySetResult(), null, TimeSpan.FromMilliseconds(Random.Next(1, 300)), Timeout.InfiniteTimeSpan);
                await done.Task;
            }
            else
            {
                scheduler.PipeScheduler.Schedule(_ => done.SetResult(), null);
                await done.Task;
            }
        }
    }
}
