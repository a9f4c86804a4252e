using System.Text.Json;
using System.Text.Json.Nodes;
using Hutong.Client.Internal;

namespace Hutong.Client.Managed;

/// <summary>One scenario on its way; <c>clients/scenarios/README.md</c> says what the steps mean.</summary>
internal sealed partial class ScenarioRun
{
    private readonly List<string> _events = [];
    private readonly Dictionary<string, Sending> _sends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<ClientMessage>> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IDisposable> _listeners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CancellationTokenSource> _aborts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ClientRoom> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly FakeEnvironment _environment = new();

    public ScenarioRun(JsonElement options)
    {
        var read = ScenarioOptions.Read(options, Clock, _environment);
        Client = new WebSocketClient(new ClientCore(new Uri("ws://server/path"), read, Sockets), null);
        Client.StateChanged += e => _events.Add($"state {Name(e.State)}");
        Client.Opened += _ => _events.Add("open");
        Client.Closed += e => _events.Add($"close {e.Code}");
        Client.ErrorOccurred += e => _events.Add($"error {e.Code}");
        Client.ReconnectFailed += _ => _events.Add("reconnect_failed");
        Client.Drained += () => _events.Add("drained");
        Client.UnknownReceived += m => _events.Add($"unknown {m.Type}");
    }

    public WorldClock Clock { get; } = new();

    public FakeSockets Sockets { get; } = new();

    public WebSocketClient Client { get; }

    public void Step(JsonElement step)
    {
        string verb = step.EnumerateObject().First().Name;
        var value = step.GetProperty(verb);
        switch (verb)
        {
            case "client":
                Call(step, value.GetString()!);
                break;
            case "on":
                string type = value.GetString()!;
                _listeners[type] = Client.On(type, m => _events.Add($"{type} {Shown(m)}"));
                break;
            case "off":
                _listeners[value.GetString()!].Dispose();
                break;
            case "send":
                _sends[As(step)] = value.GetArrayLength() > 1 ? Client.Send(value[0].GetString()!, value[1]) : Client.Send(value[0].GetString()!);
                break;
            case "sendText":
                _sends[As(step)] = Client.SendRaw(value.GetString()!);
                break;
            case "request":
                Request(step, value);
                break;
            case "abort":
                _aborts[value.GetString()!].Cancel();
                break;
            case "join":
                Join(step, value.GetString()!);
                break;
            case "leave":
                _ = _rooms[value.GetString()!].LeaveAsync();
                break;
            case "publish":
                Publish(step, value);
                break;
            case "server":
                Serve(step, value.GetString()!);
                break;
            case "says":
                Sockets.Newest.Says(value.ValueKind == JsonValueKind.String ? value.GetString()! : Fill(JsonNode.Parse(value.GetRawText()))!.ToJsonString());
                break;
            case "advance":
                Clock.Advance(value.GetDouble());
                break;
            case "sleep":
                Clock.Sleep(value.GetDouble());
                break;
            case "world":
                _environment.Tell(Enum.Parse<EnvironmentChange>(value.GetString()!, ignoreCase: true));
                break;
            case "expect":
                Expect(value);
                break;
            default:
                throw new NotSupportedException($"Scenarios know no step '{verb}'.");
        }

        Settle();
    }

    /// <summary>What was promised comes before the next step.</summary>
    public void Settle()
    {
        Sockets.Settle();
        Clock.Advance(0);
        Sockets.Settle();
    }

    private static string As(JsonElement step) => step.GetProperty("as").GetString()!;

    private static string Name(ClientState state) => state.ToString().ToLowerInvariant();

    private static string Shown(ClientMessage message) =>
        message.IsRaw ? JsonSerializer.Serialize(message.Text, Relaxed) : message.Payload is { } payload ? Shown(payload) : "null";

    private static string Shown(JsonElement value) => JsonSerializer.Serialize(value, Relaxed);

    private void Call(JsonElement step, string call)
    {
        int code = step.TryGetProperty("code", out var c) ? c.GetInt32() : 1000;
        string reason = step.TryGetProperty("reason", out var r) ? r.GetString()! : "";
        Action act = call switch
        {
            "connect" => Client.Connect,
            "reconnect" => Client.Reconnect,
            "close" => () => _ = Client.CloseAsync(code, reason),
            _ => throw new NotSupportedException(call),
        };
        if (step.TryGetProperty("throws", out var error))
            Should.Throw<ClientException>(act).Code.ShouldBe(error.GetString());
        else
            act();
    }

    private void Request(JsonElement step, JsonElement value)
    {
        string name = As(step);
        var options = new RequestOptions
        {
            Id = _ids[name] = $"id-{name}",
            Timeout = step.TryGetProperty("timeout", out var timeout) ? TimeSpan.FromMilliseconds(timeout.GetDouble()) : null,
            Retry = step.TryGetProperty("retry", out var retry) ? retry.GetBoolean() : null,
        };
        var token = (_aborts[name] = new CancellationTokenSource()).Token;
        string type = value[0].GetString()!;
        _requests[name] = value.GetArrayLength() > 1 ? Client.RequestAsync(type, value[1], options, token) : Client.RequestAsync(type, options, token);
    }

    private void Join(JsonElement step, string name)
    {
        string shown = As(step);
        var room = _rooms[shown] = Client.Room(name);
        room.On("*", m => _events.Add($"{shown} {m.Type} {Shown(m)}"));
        room.Joined += _ => _events.Add($"{shown} joined");
        room.Gap += e => _events.Add($"{shown} gap {e.From?.Offset.ToString() ?? "-"} {e.To?.Offset.ToString() ?? "-"}");
        room.ErrorOccurred += e => _events.Add($"{shown} error {e.Code}");
        room.Left += _ => _events.Add($"{shown} left");
        var since = step.TryGetProperty("since", out var s) ? ClientMessage.PositionOf(s) : null;
        _ = room.JoinAsync(new RoomJoinOptions { Since = since });
    }

    private void Publish(JsonElement step, JsonElement value)
    {
        string name = As(step);
        var room = _rooms[value[0].GetString()!];
        var options = new RequestOptions { Id = _ids[name] = $"id-{name}", Room = room.Name };
        // As the room does it, but for the form of the answer.
        _requests[name] = Client.RequestAsync(value[1].GetString()!, value[2], options);
    }

    private void Serve(JsonElement step, string what)
    {
        var socket = Sockets.Newest;
        if (what == "accept")
            socket.Accept();
        else if (what == "silence")
            socket.IsSilent = true;
        else if (what == "close")
            socket.End(step.GetProperty("code").GetInt32(), step.TryGetProperty("reason", out var reason) ? reason.GetString()! : "", wasClean: true);
        else if (what is "refuse" or "drop")
            socket.End(1006);
        else
            throw new NotSupportedException(what);
    }

    /// <summary>The id that a name stands for; a room's is that of its last join.</summary>
    private string? IdOf(string name)
    {
        if (!_rooms.TryGetValue(name, out var room))
            return _ids.GetValueOrDefault(name);
        return Sockets.Newest.Log.Select(t => JsonNode.Parse(t)!)
            .Last(m => (string?)m["type"] == "join" && (string?)m["room"] == room.Name)["id"]!.GetValue<string>();
    }

    private JsonNode? Fill(JsonNode? value) => value switch
    {
        JsonValue v when v.TryGetValue(out string? text) && text != "$any" && text.StartsWith('$') => IdOf(text[1..]),
        JsonObject o => new JsonObject(o.Select(p => KeyValuePair.Create(p.Key, Fill(p.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Fill)]),
        _ => value?.DeepClone(),
    };
}
