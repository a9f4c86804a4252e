using System.Text.Json;

namespace Hutong.Client.Managed;

/// <summary>The options of a scenario, in the words of <c>clients/scenarios/README.md</c>, as those of the client. One that is not known fails.</summary>
internal static class ScenarioOptions
{
    public static WebSocketClientOptions Read(JsonElement options, TimeProvider time, FakeEnvironment environment)
    {
        var result = new WebSocketClientOptions
        {
            AutoConnect = false, TimeProvider = time, Environment = environment, Random = new ListRandom(1),
        };
        if (options.ValueKind != JsonValueKind.Object)
            return result;
        foreach (var (name, value) in Members(options))
        {
            result = name switch
            {
                "random" => result with { Random = new ListRandom([.. value.EnumerateArray().Select(n => n.GetDouble())]) },
                "connectTimeout" => result with { ConnectTimeout = Time(value) },
                "closeTimeout" => result with { CloseTimeout = Time(value) },
                "reconnect" => result with { Reconnect = value.ValueKind == JsonValueKind.False ? null : Reconnect(value) },
                "heartbeat" => result with { Heartbeat = value.ValueKind == JsonValueKind.False ? null : Heartbeat(value) },
                "queue" => result with { Queue = Queue(value) },
                "auth" => result with { Auth = Auth(value) },
                "environment" => World(result, value, environment),
                _ => throw Unknown(name),
            };
        }

        return result;
    }

    private static WebSocketClientOptions World(WebSocketClientOptions options, JsonElement value, FakeEnvironment environment)
    {
        foreach (var (name, flag) in Members(value))
        {
            if (name == "online")
                environment.Online = flag.GetBoolean();
            else if (name == "visible")
                environment.Visible = flag.GetBoolean();
            else
                throw Unknown(name);
        }

        return options;
    }

    private static ReconnectOptions Reconnect(JsonElement value) => Members(value).Aggregate(new ReconnectOptions(), (result, m) => m.Name switch
    {
        "base" => result with { Base = Time(m.Value) },
        "cap" => result with { Cap = Time(m.Value) },
        "attempts" => result with { Attempts = m.Value.GetInt32() },
        "resetAfter" => result with { ResetAfter = Time(m.Value) },
        "always" => result with { Always = m.Value.GetBoolean() },
        "pauseWhenHidden" => result with { PauseWhenHidden = m.Value.GetBoolean() },
        _ => throw Unknown(m.Name),
    });

    private static ClientHeartbeatOptions Heartbeat(JsonElement value) => Members(value).Aggregate(new ClientHeartbeatOptions(), (result, m) => m.Name switch
    {
        "interval" => result with { Interval = Time(m.Value) },
        "timeout" => result with { Timeout = Time(m.Value) },
        "message" => result with { Message = Probe.Text(m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : m.Value.GetRawText()) },
        _ => throw Unknown(m.Name),
    });

    private static ClientQueueOptions Queue(JsonElement value) => Members(value).Aggregate(new ClientQueueOptions(), (result, m) => m.Name switch
    {
        "maxCount" => result with { MaxCount = m.Value.GetInt32() },
        "maxBytes" => result with { MaxBytes = m.Value.GetInt64() },
        "pace" => result with { Pace = new SendPace(m.Value.GetProperty("burst").GetInt32(), m.Value.GetProperty("perSecond").GetDouble()) },
        "whenFull" => result with
        {
            WhenFull = m.Value.GetString() switch
            {
                "reject" => QueueFullPolicy.Reject,
                "drop-oldest" => QueueFullPolicy.DropOldest,
                "drop-newest" => QueueFullPolicy.DropNewest,
                "wait" => QueueFullPolicy.Wait,
                var other => throw Unknown(other!),
            },
        },
        _ => throw Unknown(m.Name),
    });

    private static ClientAuthOptions Auth(JsonElement value)
    {
        var tokens = value.GetProperty("tokens").EnumerateArray().Select(t => t.GetString()).ToList();
        int given = 0;
        bool retry = true;
        var before = TimeSpan.FromMinutes(1);
        var via = TokenVia.Message;
        string parameter = "token";
        foreach (var (name, member) in Members(value))
        {
            if (name == "retry")
                retry = member.GetBoolean();
            else if (name == "refreshBefore")
                before = Time(member);
            else if (name == "via")
                via = member.GetString() == "url" ? TokenVia.Parameter : TokenVia.Message;
            else if (name == "parameter")
                parameter = member.GetString()!;
            else if (name != "tokens")
                throw Unknown(name);
        }

        return new ClientAuthOptions(Next) { Retry = retry, RefreshBefore = before, Via = via, Parameter = parameter };

        ValueTask<string> Next(TokenRequest request)
        {
            string? token = tokens[Math.Min(given++, tokens.Count - 1)];
            return token is null ? throw new InvalidOperationException("no token") : new(request.Fresh ? token + " (fresh)" : token);
        }
    }

    private static TimeSpan Time(JsonElement value) => TimeSpan.FromMilliseconds(value.GetDouble());

    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement value) => value.EnumerateObject().Select(p => (p.Name, p.Value));

    private static NotSupportedException Unknown(string name) => new($"Scenarios know no '{name}'.");
}
