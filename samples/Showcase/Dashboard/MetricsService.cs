using Hutong.Rooms;

namespace Showcase.Dashboard;

/// <summary>Measures once a second, keeps an hour, and tells the room.</summary>
internal sealed class MetricsService(RoomGraph graph, TimeProvider time) : BackgroundService
{
    private const int Kept = 3600;

    private readonly Lock _gate = new();
    private readonly Queue<Sample> _samples = new();
    private readonly MachineWatch _machine = new();
    private readonly Alarm _cpu = new();
    private readonly Alarm _memory = new();

    /// <summary>The last hour.</summary>
    public IReadOnlyList<Sample> Samples
    {
        get
        {
            lock (_gate)
                return [.. _samples];
        }
    }

    /// <summary>Whether something is too high now.</summary>
    public object Alarms => new { cpu = _cpu.IsOn, memory = _memory.IsOn };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var meters = new MeterWatch();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        _machine.Read();
        long received = 0;
        long sent = 0;
        int collections = GC.CollectionCount(0);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var reading = _machine.Read();
            long nowReceived = meters.Received;
            long nowSent = meters.Sent;
            int nowCollections = GC.CollectionCount(0);
            var sample = new Sample(
                time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Round(reading.Cpu, 1), Math.Round(reading.Memory, 1),
                Math.Round(reading.NetworkIn, 3), Math.Round(reading.NetworkOut, 3), nowReceived - received, meters.Open, graph.SessionCount,
                nowSent - sent, graph.Sessions.Sum(s => s.Lag.Bytes), Math.Round(reading.ServerCpu, 1), Math.Round(reading.ServerMemory, 1),
                nowCollections - collections);
            (received, sent, collections) = (nowReceived, nowSent, nowCollections);
            lock (_gate)
            {
                _samples.Enqueue(sample);
                if (_samples.Count > Kept)
                    _samples.Dequeue();
            }

            var room = graph.Room(DashboardEndpoints.Room);
            await room.PublishAsync("metrics", sample, cancellationToken: stoppingToken);
            await TellAsync(room, _cpu, "cpu", sample.Cpu);
            await TellAsync(room, _memory, "memory", sample.Memory);
        }
    }

    private static async ValueTask TellAsync(Room room, Alarm alarm, string what, double value)
    {
        if (alarm.Take(value))
            await room.PublishAsync("alarm", new { what, value, isOn = alarm.IsOn });
    }
}
