using System.Text.Json;

namespace Hutong.Rooms.Support;

/// <summary>The answer to a join, read.</summary>
internal sealed record Answer(StreamPosition? Position, bool? Recovered, IReadOnlyList<long> Missed)
{
    public static Answer Of(string text)
    {
        var root = JsonDocument.Parse(text).RootElement;
        root.GetProperty("type").GetString().ShouldBe("ack", text);
        StreamPosition? position = root.TryGetProperty("epoch", out var epoch) ? new(epoch.GetString()!, root.GetProperty("offset").GetInt64()) : null;
        if (!root.TryGetProperty("payload", out var payload) || !payload.TryGetProperty("recovered", out var recovered))
            return new Answer(position, null, []);
        return new Answer(position, recovered.GetBoolean(), [.. payload.GetProperty("missed").EnumerateArray().Select(m => m.GetProperty("offset").GetInt64())]);
    }
}
