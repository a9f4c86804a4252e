using Hutong.Client.Internal;
using Hutong.Protocol;
using Hutong.Rooms;

namespace Hutong.Client.Managed;

/// <summary>
/// Whatever happens, in many orders: what was sent keeps its order, nothing takes effect twice, every send and every request has its result, a
/// room's listeners see each publication or a gap, and no timer and no connection is left.
/// </summary>
public class PropertyTests
{
    private const int Steps = 120;

    private static readonly int Seeds = int.TryParse(Environment.GetEnvironmentVariable("SEEDS"), out int seeds) ? seeds : 400;

    [Fact]
    public void Client_InManyOrdersOfEvents_KeepsItsPromises()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        int? only = int.TryParse(Environment.GetEnvironmentVariable("SEED"), out int seed) ? seed : null;
        var total = (Effects: 0, Seen: 0, Gaps: 0);
        for (int i = only ?? 1; i <= (only ?? Seeds); i++)
        {
            try
            {
                var (effects, seen, gaps) = new Play(i).Run();
                total = (total.Effects + effects, total.Seen + seen, total.Gaps + gaps);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"SEED={i}: {e.Message}", e);
            }
        }

        // The orders are worth something only if much of everything happened.
        if (only is null)
            Math.Min(total.Effects, Math.Min(total.Seen, total.Gaps)).ShouldBeGreaterThan(Seeds / 4, total.ToString());
    }

    /// <summary>A room's listeners see offsets one after the other, or a gap between them.</summary>
    private sealed class Watcher
    {
        private bool _joined;

        public StreamPosition? Last { get; private set; }

        public int Seen { get; private set; }

        public int Gaps { get; private set; }

        public void Joined(RoomJoined e)
        {
            // The first answer says where the listening begins.
            if (!_joined)
                Last = e.Position;
            _joined = true;
        }

        public void Publication(ClientMessage m)
        {
            var at = m.Position!.Value;
            m.Payload!.Value.GetString().ShouldBe($"{at.Epoch}:{at.Offset}");
            if (Last is { } last)
                at.ShouldBe(last with { Offset = last.Offset + 1 }, "the next publication");
            Last = at;
            Seen++;
        }

        public void Gap(RoomGap e)
        {
            e.From.ShouldBe(Last, "a gap begins where the last publication was");
            Last = e.To;
            Gaps++;
        }
    }

#pragma warning disable CA1001 // Closed at the end of the play.
    private sealed class Play
#pragma warning restore CA1001
    {
        private readonly Random _random;
        private readonly WorldClock _clock = new();
        private readonly FakeSockets _sockets = new();
        private readonly FakeEnvironment _world = new();
        private readonly ModelServer _server;
        private readonly WebSocketClient _client;
        private readonly ClientRoom _room;
        private readonly Watcher _watcher = new();
        private readonly List<Exception> _complaints = [];
        private readonly Dictionary<int, Sending> _sends = [];
        private readonly Dictionary<int, Task<ClientMessage>> _requests = [];
        private readonly List<CancellationTokenSource> _aborts = [];
        private int _count;

        public Play(int seed)
        {
            _random = new Random(seed);
            _server = new ModelServer(_sockets, _clock);
            var options = new WebSocketClientOptions
            {
                AutoConnect = false, TimeProvider = _clock, Environment = _world, Random = _random, ConnectTimeout = Seconds(3),
                Reconnect = new() { Base = Seconds(0.2), Cap = Seconds(3), Attempts = Below(2) == 0 ? 3 : null, PauseWhenHidden = Below(2) == 0 },
                Heartbeat = new() { Interval = Seconds(4), Timeout = Seconds(2) },
                Queue = new() { MaxCount = Below(2) == 0 ? 3 : 100, WhenFull = (QueueFullPolicy)Below(4) },
                Auth = Below(2) == 0 ? null : new ClientAuthOptions(_ => new("t")) { RefreshBefore = Seconds(30) },
            };
            _client = new WebSocketClient(new ClientCore(new Uri("ws://server/"), options, _sockets), null);
            _client.ErrorOccurred += e =>
            {
                if (e.Code == "listener_failed")
                    _complaints.Add(e.InnerException!);
            };
            _room = _client.Room("r");
            _room.Joined += _watcher.Joined;
            _room.Gap += _watcher.Gap;
            _room.On("n", _watcher.Publication);
            _ = _room.JoinAsync();
            _client.Connect();
        }

        private FakeSocket? Newest => _sockets.All.Count > 0 ? _sockets.Newest : null;

        public (int Effects, int Seen, int Gaps) Run()
        {
            for (int i = 0; i < Steps; i++)
            {
                Step(Below(19));
                Settle();
                _complaints.ShouldBeEmpty();
                // One timer for the connection, one for its token, one of the room, and those of the requests.
                _clock.ActiveTimers.ShouldBeLessThanOrEqualTo(_requests.Values.Count(r => !r.IsCompleted) + 4, $"timers in state {_client.State}");
            }

            Heal();
            Check();
            _ = _client.CloseAsync();
            Settle();
            _clock.Advance(10_000);
            Settle();
            _clock.ActiveTimers.ShouldBe(0, "timers left");
            _world.HasListener.ShouldBeFalse();
            _sockets.All.Count(s => s.ReadyState < ReadyState.Closing && !s.IsSilent).ShouldBe(0, "connections left");
            return (_server.Effects.Count, _watcher.Seen, _watcher.Gaps);
        }

        private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

        private int Below(int n) => _random.Next(n);

        private void Settle()
        {
            _sockets.Settle();
            _clock.Advance(0);
            _sockets.Settle();
        }

        private void Step(int which)
        {
            switch (which)
            {
                case 0:
                    _sends[++_count] = _client.Send("work", _count);
                    break;
                case 1:
                    Request();
                    break;
                case 2 when _aborts.Count > 0:
                    _aborts[Below(_aborts.Count)].Cancel();
                    break;
                case 3 or 4 when Newest is { ReadyState: ReadyState.Connecting } socket:
                    socket.Accept();
                    break;
                case 5 or 6:
                    for (int i = Below(8); i >= 0; i--)
                        _server.Read();
                    break;
                case 7:
                    for (int i = Below(4); i >= 0; i--)
                        _server.Publish(behind: Below(5) == 0);
                    break;
                case 8:
                    _server.Tell();
                    break;
                case 9 when Below(6) == 0:
                    _server.Restart();
                    break;
                case 10:
                    int[] codes = [1006, 1006, 1001, 1011, 3008];
                    Newest?.End(codes[Below(codes.Length)]);
                    break;
                case 11 when Below(4) == 0 && Newest is { } socket:
                    socket.IsSilent = true;
                    break;
                case 12:
                    _clock.Advance(Below(3000));
                    break;
                case 13:
                    _clock.Advance(Below(200));
                    break;
                case 14:
                    _world.Tell(_world.Online ? EnvironmentChange.Offline : EnvironmentChange.Online);
                    break;
                case 15:
                    _world.Tell(_world.Visible ? EnvironmentChange.Hidden : EnvironmentChange.Visible);
                    break;
                case 16:
                    _client.Reconnect();
                    break;
                case 17 when Newest is { ReadyState: ReadyState.Open } socket:
                    if (Below(3) == 0)
                        socket.BufferedAmount = 2 << 20;
                    else
                        socket.Unclog();
                    break;
                case 18 when Newest is { ReadyState: ReadyState.Open } socket:
                    socket.Says($$$"""{"type":"drain","payload":{"after":{{{Below(2000)}}}}}""");
                    break;
            }
        }

        private void Request()
        {
            var abort = new CancellationTokenSource();
            _aborts.Add(abort);
            var options = new RequestOptions { Timeout = Seconds(Below(2) == 0 ? 0.5 : 20), Retry = Below(3) > 0 };
            _requests[++_count] = _client.RequestAsync("work", _count, options, abort.Token);
        }

        /// <summary>All is well again: what was promised is kept.</summary>
        private void Heal()
        {
            _world.Tell(EnvironmentChange.Online);
            _world.Tell(EnvironmentChange.Visible);
            for (int i = 0; i < 200 && (_client.State != ClientState.Open || _room.State != RoomState.Joined || i < 20); i++)
            {
                if (_client.State == ClientState.Failed)
                    _client.Reconnect();
                if (Newest!.ReadyState == ReadyState.Connecting)
                    Newest.Accept();
                if (Newest.ReadyState == ReadyState.Open)
                    Newest.Unclog();
                Settle();
                for (int k = 0; k < 50; k++)
                    _server.Read();
                _server.Tell();
                _clock.Advance(1000);
                Settle();
            }
        }

        private void Check()
        {
            _complaints.ShouldBeEmpty();
            (_client.State, _room.State).ShouldBe((ClientState.Open, RoomState.Joined));
            _requests.Where(r => !r.Value.IsCompleted).Select(r => r.Key).ShouldBeEmpty("requests without an answer");
            _sends.Where(s => s.Value.Status is not (SendStatus.Sent or SendStatus.Dropped)).Select(s => s.Key).ShouldBeEmpty("sends without a result");
            if (_server.Published > 0)
                _watcher.Last?.Offset.ShouldBe(_server.Published, "the listeners are where the room is");

            _server.Effects.ShouldBe([.. _server.Effects.Distinct().Order()], "in order, and once");
            var effects = _server.Effects.ToHashSet();
            foreach (var (n, request) in _requests)
                (!request.IsCompletedSuccessfully || effects.Contains(n)).ShouldBeTrue($"request {n} is acknowledged, and took effect");
            foreach (var (n, sending) in _sends)
                (sending.Status != SendStatus.Dropped || !effects.Contains(n)).ShouldBeTrue($"send {n} was dropped, and took no effect");
        }
    }
}
