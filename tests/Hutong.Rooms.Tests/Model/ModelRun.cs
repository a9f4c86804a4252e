using System.Text;
using Hutong.Rooms.Support;
using Hutong.Testing;

namespace Hutong.Rooms.Model;

internal enum ModelMode
{
    /// <summary>One node, whose backplane answers at once.</summary>
    Immediate,

    /// <summary>Two nodes, and everything between them takes a while.</summary>
    Delayed,

    /// <summary>The same, and publications are lost, doubled and out of turn on the way.</summary>
    Lossy,
}

/// <summary>Nodes and clients, a list of actions, and what must hold of it: the model is the log of each room.</summary>
internal sealed class ModelRun : IRoomSubscriber, IDisposable
{
    public const int Clients = 4;

    private static readonly (string Name, RoomOptions Options)[] Kinds =
    [
        ("deep", new RoomOptions { HistorySize = 1000, ClientPublish = true }),
        ("short", new RoomOptions { HistorySize = 6, WhenBehind = WhenBehind.Drop, BehindBytes = 300, ClientPublish = true }),
        ("latest", new RoomOptions { HistorySize = 20, Delivery = Delivery.Latest, WhenBehind = WhenBehind.Drop, BehindBytes = 300, ClientPublish = true }),
        ("plain", new RoomOptions { Presence = true }),
        ("volatile", new RoomOptions { Delivery = Delivery.Volatile, BehindBytes = 300 }),
        ("lasting", new RoomOptions { HistorySize = 300, WhenBehind = WhenBehind.Drop, BehindBytes = 300, ClientPublish = true }),
    ];

    public static readonly int Rooms = Kinds.Length;

    private readonly ManualTimeProvider _time = new();
    private readonly SimulationScheduler _scheduler;
    private readonly MemoryBackplane _memory;
    private readonly MemoryPresence _presence;
    private readonly DelayedBackplane? _delayed;
    private readonly DelayedPresence? _delayedPresence;
    private readonly RoomGraph[] _nodes;
    private readonly ModelClient[] _clients;
    private readonly Logs _logs = new();
    private readonly ModelMode _mode;
    private readonly Dictionary<string, List<Publication>> _log = new(StringComparer.Ordinal);
    private int _contents;

    public ModelRun(int seed, ModelMode mode)
    {
        _mode = mode;
        _scheduler = new SimulationScheduler(seed, _time);
        _memory = new MemoryBackplane(new() { TimeProvider = _time });
        _presence = new MemoryPresence(_time);
        if (mode != ModelMode.Immediate)
        {
            var delays = new Delays(_scheduler, seed + 1);
            _delayed = new DelayedBackplane(_memory, delays) { IsLossy = mode == ModelMode.Lossy };
            _delayedPresence = new DelayedPresence(_presence, delays);
        }

        _nodes = [.. Enumerable.Range(0, mode == ModelMode.Immediate ? 1 : 2).Select(_ => Node())];
        _clients = [.. Enumerable.Range(0, Clients).Select(i => new ModelClient(this, i))];
        foreach (var (name, options) in Kinds)
        {
            _log.Add(name, []);
            var subscribing = _memory.SubscribeAsync(name, options.ToStream(TimeSpan.Zero), this);
            subscribing.IsCompletedSuccessfully.ShouldBeTrue();
        }
    }

    public Random Random => _scheduler.Random;

    /// <summary>Told what each client takes; null for nobody.</summary>
    public Action<string>? Trace { get; init; }

    public static List<ModelAction> Script(int seed)
    {
        var random = new Random(seed);
        var actions = new List<ModelAction>();
        int length = random.Next(10, 90);
        var verbs = new[]
        {
            ModelVerb.Publish, ModelVerb.Publish, ModelVerb.Publish, ModelVerb.Publish, ModelVerb.PublishExcept, ModelVerb.ClientPublish, ModelVerb.ClientPublish,
            ModelVerb.Join, ModelVerb.Join, ModelVerb.Join, ModelVerb.Leave, ModelVerb.Kick, ModelVerb.Connect, ModelVerb.Connect, ModelVerb.Cut,
            ModelVerb.Pause, ModelVerb.Resume, ModelVerb.Restart, ModelVerb.Advance, ModelVerb.Settle,
        };
        for (int i = 0; i < length; i++)
            actions.Add(new ModelAction(verbs[random.Next(verbs.Length)], random.Next(Clients), random.Next(Rooms), random.Next(1, 12)));
        return actions;
    }

    public void Run(IReadOnlyList<ModelAction> actions)
    {
        foreach (var action in actions)
        {
            Trace?.Invoke(action.ToString());
            Act(action);
            for (int steps = Random.Next(12); steps > 0 && _scheduler.Step(); steps--)
            {
            }

            foreach (var client in _clients)
            {
                if (Random.Next(3) > 0)
                    client.Read(Random.Next(1, 20));
            }
        }

        Heal();
        Check();
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
            node.Dispose();
        _memory.Dispose();
        _logs.Dispose();
    }

    public RoomGraph PickNode() => _nodes[Random.Next(_nodes.Length)];

    public RoomOptions OptionsOf(string room) => Kinds.First(k => k.Name == room).Options;

    public void CheckContent(string room, long offset, string content)
    {
        if (offset > 0)
            Content(_log[room][(int)offset - 1]).ShouldBe(content, $"{room} at {offset}");
    }

    /// <summary>A client was told that it could not recover: that may be so only if the history does not reach back.</summary>
    public void CheckNotRecovered(string room, StreamPosition since, StreamPosition position)
    {
        int size = OptionsOf(room).HistorySize;
        if (since.Epoch == position.Epoch && position.Offset - since.Offset <= size && (_mode == ModelMode.Immediate || size >= 300))
            throw new InvalidOperationException($"{room}: from {since} to {position} was in the history, and not recovered.");
    }

    void IRoomSubscriber.Receive(Publication publication)
    {
        if (publication.Type == "said")
            _log[publication.Room!].Add(publication);
        if (publication.Position is { } position)
            position.Offset.ShouldBe(_log[publication.Room!].Count);
    }

    void IRoomSubscriber.Flush()
    {
    }

    void IRoomSubscriber.Check()
    {
    }

    private static string Content(Publication publication) => Encoding.UTF8.GetString(publication.Payload.Data.Span).Trim('"');

    private RoomGraph Node()
    {
        var options = new RoomsOptions { TimeProvider = _time, JoinBurst = 1_000_000, MaxWaitingMessages = 10_000 };
        var node = new RoomGraph(options, (IBackplane?)_delayed ?? _memory, (IPresenceStore?)_delayedPresence ?? _presence, services: null, _logs, _scheduler.PipeScheduler);
        return node.Configure(rooms =>
        {
            foreach (var (name, room) in Kinds)
                rooms.Map(name, room);
        });
    }

    private void Act(ModelAction action)
    {
        var client = _clients[action.Client];
        string room = Kinds[action.Room].Name;
        switch (action.Verb)
        {
            case ModelVerb.Publish:
                for (int i = 0; i < action.Amount; i++)
                    Publish(room, $"k{(action.Amount + i) % 3}", []);
                break;
            case ModelVerb.PublishExcept when client.Wire?.Session is { } session:
                Publish(room, "k0", [session.Id]);
                break;
            case ModelVerb.ClientPublish when OptionsOf(room).ClientPublish && client.Views.TryGetValue(room, out var view) && view.IsWanted:
                client.Publish(room, $"c{++_contents}", $"k{action.Amount % 3}");
                break;
            case ModelVerb.Join:
                client.Join(room);
                break;
            case ModelVerb.Leave:
                client.Leave(room);
                break;
            case ModelVerb.Kick when client.Wire?.Session is { } session:
                _ = _nodes[0].LeaveAsync(session.Id, room).AsTask();
                break;
            case ModelVerb.Connect:
                client.Connect();
                break;
            case ModelVerb.Cut:
                client.Wire?.End();
                break;
            case ModelVerb.Pause:
                client.IsPaused = true;
                break;
            case ModelVerb.Resume:
                client.IsPaused = false;
                break;
            case ModelVerb.Restart:
                client.Restart();
                break;
            case ModelVerb.Advance:
                _time.Advance(TimeSpan.FromSeconds(action.Amount));
                break;
            case ModelVerb.Settle:
                _scheduler.RunUntilIdle();
                break;
        }
    }

    private void Publish(string room, string key, IReadOnlyList<string> except)
    {
        var payload = Payload.Json(Encoding.UTF8.GetBytes($"\"s{++_contents}{new string('.', Random.Next(4) == 0 ? 200 : 0)}\""));
        _ = PickNode().PublishAsync(room, new PublishRequest("said", payload) { Key = key, Except = except }).AsTask();
    }

    /// <summary>Whatever was wrong with the world is over; then everyone must come to know everything.</summary>
    private void Heal()
    {
        if (_delayed is not null)
            _delayed.IsLossy = false;
        for (int i = 0; i < 12; i++)
        {
            foreach (var client in _clients)
            {
                client.IsPaused = false;
                client.Connect();
                client.Read();
            }

            _scheduler.RunUntilIdle();
            _time.Advance(TimeSpan.FromSeconds(i % 3 == 0 ? 31 : 1));
            _scheduler.RunUntilIdle();
        }

        foreach (var client in _clients)
            client.Read();
    }

    private void Check()
    {
        _logs.Errors.ShouldBeEmpty();
        foreach (var client in _clients)
        {
            foreach (var (room, view) in client.Views)
            {
                if (view.IsWanted)
                    Check(client, room, view);
            }
        }

        CheckOnce();
        CheckPresence();
    }

    private void Check(ModelClient client, string room, ModelView view)
    {
        string who = $"client {client.Number} in {room}";
        var options = OptionsOf(room);
        var log = _log[room];
        view.HasLeft.ShouldBeFalse(who);
        if (options.HistorySize == 0)
        {
            // In the order in which the room spoke. What has no position, nobody can tell when it comes twice or out of turn.
            if (_mode == ModelMode.Lossy)
                return;
            var places = view.Applied.Select(a => log.FindIndex(p => Content(p) == a.Content)).ToArray();
            places.ShouldBe(places.Distinct().Order().ToArray(), who);
            return;
        }

        if (options.Delivery == Delivery.All)
        {
            view.Position!.Value.Offset.ShouldBe(log.Count, $"{who}: the end");
            view.Applied.Select(a => a.Offset).ShouldBe(
                Enumerable.Range(1, log.Count - (int)view.Start!.Value.Offset).Select(i => view.Start.Value.Offset + i), $"{who}: a gap");
            return;
        }

        var newest = log.Skip((int)view.Start!.Value.Offset).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key!, g => g.Last(), StringComparer.Ordinal);
        foreach (var (key, publication) in newest)
        {
            // Whoever was excluded from the newest, or not there when it was published, has an older one.
            if (publication.Except.Count == 0)
                view.Applied.ShouldContain(a => a.Offset == publication.Offset, $"{who}: the newest of {key}");
        }
    }

    /// <summary>What a client was told is done has been done, and done once.</summary>
    private void CheckOnce()
    {
        var done = _log.Values.SelectMany(l => l).Select(Content).Where(c => c.Contains('|', StringComparison.Ordinal)).ToList();
        done.ShouldBeUnique(StringComparer.Ordinal);
        var ids = done.ConvertAll(c => c[(c.IndexOf('|', StringComparison.Ordinal) + 1)..]).ToHashSet(StringComparer.Ordinal);
        foreach (string id in _clients.SelectMany(c => c.Acknowledged))
            ids.Contains(id).ShouldBeTrue(id);
    }

    private void CheckPresence()
    {
        var expected = _clients.Where(c => c.Views.TryGetValue("plain", out var view) && view.IsWanted).Select(c => c.Wire!.Session!.Id).Order(StringComparer.Ordinal);
        _presence.GetAsync("plain", 100).AsTask().GetAwaiter().GetResult().Entries.Select(e => e.Session).Order(StringComparer.Ordinal).ShouldBe(expected);
    }
}
