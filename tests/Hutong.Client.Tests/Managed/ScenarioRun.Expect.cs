using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hutong.Client.Managed;

/// <content>What must be so.</content>
internal sealed partial class ScenarioRun
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private void Expect(JsonElement wanted)
    {
        foreach (var (name, value) in wanted.EnumerateObject().Select(p => (p.Name, p.Value)))
        {
            switch (name)
            {
                case "state":
                    Name(Client.State).ShouldBe(value.GetString());
                    break;
                case "readyState":
                    ((int)Client.ReadyState).ShouldBe(value.GetInt32());
                    break;
                case "retryIn":
                    (Client.RetryAt - Clock.GetUtcNow())?.TotalMilliseconds.ShouldBe(value.GetDouble(), "retryIn");
                    Client.RetryAt.HasValue.ShouldBe(value.ValueKind != JsonValueKind.Null);
                    break;
                case "attempt":
                    Client.Attempt.ShouldBe(value.GetInt32());
                    break;
                case "error":
                    (Client.Error?.Code).ShouldBe(value.GetString());
                    break;
                case "roundTripTime":
                    Client.RoundTripTime?.TotalMilliseconds.ShouldBe(value.GetDouble());
                    Client.RoundTripTime.ShouldNotBeNull();
                    break;
                case "connections":
                    Sockets.All.Count.ShouldBe(value.GetInt32(), "connections");
                    break;
                case "url":
                    Sockets.Newest.Request.Address.AbsoluteUri.ShouldBe(value.GetString());
                    break;
                case "timers":
                    Clock.ActiveTimers.ShouldBe(value.GetInt32(), "timers");
                    break;
                case "events":
                    var seen = _events.ToList();
                    _events.Clear();
                    seen.ShouldBe(value.EnumerateArray().Select(e => e.GetString()!));
                    break;
                case "heard":
                    ExpectHeard([.. value.EnumerateArray().Select(h => Fill(JsonNode.Parse(h.GetRawText())))]);
                    break;
                case "sends":
                    foreach (var send in value.EnumerateObject())
                        Status(_sends[send.Name]).ShouldBe(send.Value.GetString(), send.Name);
                    break;
                case "answers":
                    foreach (var answer in value.EnumerateObject())
                        JsonElement.DeepEquals(Answer(_requests[answer.Name]), answer.Value).ShouldBeTrue($"{answer.Name}: {Answer(_requests[answer.Name])}");
                    break;
                default:
                    throw new NotSupportedException($"Scenarios expect no '{name}'.");
            }
        }
    }

    private static string Status(Sending sending)
    {
        string status = sending.Status.ToString().ToLowerInvariant();
        return sending.Error is { } error ? $"{status} {error.Code}" : status;
    }

    private static JsonElement Answer(Task<ClientMessage> request)
    {
        if (!request.IsCompleted)
            return JsonElement.Parse("\"pending\"");
        if (request.Exception?.InnerException is ClientException error)
            return JsonSerializer.SerializeToElement(new { error = error.Code });
        var ack = request.Result;
        object? shown = ack.Payload is { } payload ? payload : ack.Position is { } at ? new { epoch = at.Epoch, offset = at.Offset } : null;
        return JsonSerializer.SerializeToElement(new { ack = shown });
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    /// <summary>What is named must be there, and there may be more.</summary>
    private static bool Matches(JsonNode? actual, JsonNode? wanted) => wanted switch
    {
        JsonValue v when v.TryGetValue(out string? text) && text == "$any" => actual is not null,
        JsonObject o => actual is JsonObject a && o.All(p => Matches(a[p.Key], p.Value)),
        JsonArray w => actual is JsonArray a && a.Count == w.Count && a.Zip(w, Matches).All(m => m),
        _ => JsonNode.DeepEquals(actual, wanted),
    };

    private void ExpectHeard(List<JsonNode?> wanted)
    {
        var heard = Sockets.All.SelectMany(s => s.Heard).Select(Value).ToList();
        foreach (var socket in Sockets.All)
            socket.Heard.Clear();
        string shown = $"{new JsonArray([.. heard.Select(h => h?.DeepClone())]).ToJsonString()} instead of {new JsonArray([.. wanted.Select(h => h?.DeepClone())]).ToJsonString()}";
        (heard.Count == wanted.Count && heard.Zip(wanted, Matches).All(m => m)).ShouldBeTrue(shown);
    }
}
