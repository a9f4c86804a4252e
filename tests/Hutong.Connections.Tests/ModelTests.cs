using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>Two connections do whatever a seed says; what must hold whatever they do is checked at the end.</summary>
public class ModelTests
{
    [Fact]
    public void TwoConnections_RandomActions_KeepTheirPromises()
    {
        for (int seed = 0; seed < 1500; seed++)
        {
            var run = new ModelRun(seed);
            try
            {
                run.Run();
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message} {run}", e);
            }
        }
    }
}

internal sealed class ModelRun
{
    private readonly ManualTimeProvider _time = new();
    private readonly SimulationScheduler _scheduler;
    private readonly Random _random;
    private readonly Side[] _sides;

    public ModelRun(int seed)
    {
        _scheduler = new SimulationScheduler(seed, _time);
        _random = _scheduler.Random;
        int longest = _random.Next(2) == 0 ? 20_000 : 50;
        var faults = new LinkFaults { SegmentSize = () => 1 + _random.Next(longest), Delay = TimeSpan.FromMilliseconds(_random.Next(2) * 30) };
        var (client, server) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            Scheduler = _scheduler.PipeScheduler,
            Time = _time,
            PauseWriterThreshold = 8192,
            ClientToServer = faults,
            ServerToClient = faults,
        });
        _sides = [new Side(Create(client, Role.Client), client), new Side(Create(server, Role.Server), server)];
    }

    public void Run()
    {
        _scheduler.Run(async () =>
        {
            var reading = _sides.Select(ReadAsync).ToArray();
            await Task.WhenAll(_sides.Select(ActAsync));
            foreach (var side in _sides)
                side.Pipe.Resume();
            var last = _sides[_random.Next(2)];
            last.Closes = true;
            var closing = last.Connection.CloseAsync();
            // One by one: WhenAll would leave the simulation.
            foreach (var side in _sides)
                await side.Connection.Closed;
            await closing;
            await Task.WhenAll(reading);
        });
        _scheduler.RunUntilIdle();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _time.ActiveTimers.ShouldBe(0);
        Check(_sides[0], _sides[1]);
        Check(_sides[1], _sides[0]);
    }

    /// <summary>Where a run that failed stands.</summary>
    public override string ToString() => string.Join("; ", _sides.Select(s =>
        $"{s.Connection.Role}: {s.Connection.State}, acted {s.Acted}, read {s.Received.Count}, reading {s.Reading}, unsent {s.Connection.BufferedAmount}"));

    private static void Check(Side from, Side to)
    {
        // What can be cancelled ends on the pool: the bound is for a failure only.
        Task.WhenAll(from.Tasks.Select(t => t.ContinueWith(static _ => { }, TaskScheduler.Default))).Wait(TimeSpan.FromSeconds(30))
            .ShouldBeTrue("a task never ends");
        from.Tasks.Where(t => t.IsFaulted && t.Exception!.InnerException is not (ConnectionClosedException or InvalidOperationException)).ShouldBeEmpty();
        var accepted = from.Sends.Where(s => s.Task.IsCompletedSuccessfully).Select(s => s.Number).ToList();
        to.Received.ShouldBe(accepted[..Math.Min(accepted.Count, to.Received.Count)]);
        var result = from.Connection.Closed.Result;
        // Who closes may drop what it is sent; who does not gets all that was accepted before the close frame.
        if (result.WasClean && to.Connection.Closed.Result.WasClean && !to.Closes)
            to.Received.Count.ShouldBe(accepted.Count);
        from.Connection.State.ShouldBe(ReadyState.Closed);
        from.Connection.BufferedAmount.ShouldBe(0);
        (result.WasClean || result.Error is not null).ShouldBeTrue("unclean for no reason");
    }

    private WebSocketConnection Create(FaultyDuplexPipe pipe, Role role) => WebSocketConnection.Create(
        new PipeDriver(pipe, abortTransport: null, _scheduler.PipeScheduler), role, new ConnectionOptions
        {
            TimeProvider = _time,
            KeepAliveInterval = TimeSpan.FromSeconds(_random.Next(3) * 5),
            KeepAliveTimeout = TimeSpan.FromSeconds(4),
            SendQueueLimit = 10_000,
            ReceivePauseThreshold = 4_000,
            ReceiveQueueLimit = 5_000,
        });

    private async Task ActAsync(Side side)
    {
        int actions = _random.Next(40);
        int ends = _random.Next(5);
        for (int i = 0; i < actions; i++)
        {
            switch (_random.Next(20))
            {
                case < 8:
                    Send(side);
                    break;
                case < 10:
                    side.Tasks.Add(side.Connection.PingAsync(_random.Next(2) == 0 ? side.Cancellation.Token : default).AsTask());
                    break;
                case 10:
                    side.Pipe.Pause();
                    break;
                case 11:
                    side.Pipe.Resume();
                    break;
                case 12:
                    Cancel(side);
                    break;
                case 13 when ends == 1:
                    side.Closes = true;
                    side.Tasks.Add(side.Connection.CloseAsync((CloseCode)4000, "model"));
                    break;
                case 14 when ends == 2:
                    side.Closes = true;
                    side.Connection.Abort();
                    break;
                case 15 when ends == 3:
                    side.Closes = true;
                    side.Pipe.Reset();
                    break;
                default:
                    await Wait(_random.Next(4) == 0 ? _random.Next(8000) : _random.Next(60));
                    break;
            }
        }

        side.Acted = true;
    }

    private void Send(Side side)
    {
        int number = side.Next++;
        string text = $"{number}:{new string('x', _random.Next(3) == 0 ? _random.Next(6000) : _random.Next(20))}";
        if (_random.Next(4) == 0)
        {
            if (side.Connection.TrySend(text))
                side.Sends.Add((number, Task.CompletedTask));
            return;
        }

        var task = side.Connection.SendAsync(text, _random.Next(3) == 0 ? side.Cancellation.Token : default).AsTask();
        side.Sends.Add((number, task));
        side.Tasks.Add(task);
    }

    private async Task ReadAsync(Side side)
    {
        bool ended = false;
        while (!ended)
        {
            int take = _random.Next(1, 12);
            try
            {
                ended = true;
                await foreach (var message in side.Connection.ReadAllAsync(side.Cancellation.Token))
                {
                    string text = message.Text;
                    side.Received.Add(int.Parse(text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal))));
                    if (_random.Next(4) == 0)
                        await Wait(_random.Next(100));
                    if (--take == 0)
                    {
                        ended = false;
                        break;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                ended = false;
            }

            await Wait(_random.Next(50));
        }

        side.Reading = false;
    }

    private static void Cancel(Side side)
    {
        var cancellation = side.Cancellation;
        side.Cancellation = new CancellationTokenSource();
        cancellation.Cancel();
    }

    private async Task Wait(int milliseconds)
    {
        var done = new TaskCompletionSource();
        using var timer = _time.CreateTimer(_ => done.SetResult(), null, TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
        await done.Task;
    }

    private sealed class Side(WebSocketConnection connection, FaultyDuplexPipe pipe)
    {
        public WebSocketConnection Connection { get; } = connection;

        public FaultyDuplexPipe Pipe { get; } = pipe;

        public CancellationTokenSource Cancellation { get; set; } = new();

        public List<Task> Tasks { get; } = [];

        public List<(int Number, Task Task)> Sends { get; } = [];

        public List<int> Received { get; } = [];

        public int Next { get; set; }

        public bool Closes { get; set; }

        public bool Acted { get; set; }

        public bool Reading { get; set; } = true;
    }
}
