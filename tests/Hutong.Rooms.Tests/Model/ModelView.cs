using System.Text.Json;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Model;

/// <summary>A room as a client sees it: stretches of publications, each without a gap.</summary>
internal sealed class ModelView(ModelRun run, ModelClient client, string room)
{
    private readonly RoomOptions _options = run.OptionsOf(room);
    private bool _catchesUp;

    public string Room { get; } = room;

    public bool IsWanted { get; set; }

    public string? JoinId { get; set; }

    /// <summary>Whether the server has said that the client is out, and nothing may come.</summary>
    public bool HasLeft { get; set; } = true;

    public StreamPosition? AskedSince { get; set; }

    /// <summary>The last that was applied; null for a client that knows nothing.</summary>
    public StreamPosition? Position { get; private set; }

    /// <summary>What was applied since the client last began without knowing what it had missed.</summary>
    public List<(long Offset, string Content)> Applied { get; } = [];

    /// <summary>Where that began.</summary>
    public StreamPosition? Start { get; private set; }

    private bool IsExact => _options is { HistorySize: > 0, Delivery: Delivery.All };

    public void Forget()
    {
        Position = null;
        Start = null;
        Applied.Clear();
        _catchesUp = false;
        JoinId = null;
    }

    public void EndConnection()
    {
        JoinId = null;
        HasLeft = true;
        _catchesUp = false;
    }

    public void TakeJoined(in Envelope envelope)
    {
        JoinId = null;
        _catchesUp = false;
        if (_options.HistorySize == 0)
        {
            envelope.Position.ShouldBeNull();
            Applied.Clear();
            return;
        }

        var position = envelope.Position!.Value;
        using var payload = JsonDocument.Parse(envelope.PayloadKind == PayloadKind.None ? "{}"u8.ToArray() : envelope.Payload);
        bool recovered = payload.RootElement.TryGetProperty("recovered", out var value) && value.GetBoolean();
        var missed = payload.RootElement.TryGetProperty("missed", out var list) ? list.EnumerateArray().ToList() : [];
        value.ValueKind.ShouldBe(AskedSince is null ? JsonValueKind.Undefined : recovered ? JsonValueKind.True : JsonValueKind.False);
        if (!recovered)
        {
            missed.ShouldBeEmpty("what was missed, though not recovered");
            if (AskedSince is { } asked)
                run.CheckNotRecovered(Room, asked, position);
            Start = position;
            Applied.Clear();
        }
        else
        {
            var since = AskedSince!.Value;
            since.Epoch.ShouldBe(position.Epoch);
            missed.Select(m => m.GetProperty("offset").GetInt64()).ShouldBe(Enumerable.Range(1, (int)(position.Offset - since.Offset)).Select(i => since.Offset + i));
            foreach (var publication in missed)
                Apply(publication.GetProperty("offset").GetInt64(), publication.GetProperty("payload").GetString()!);
        }

        Position = position;
    }

    /// <summary>Takes a publication.</summary>
    /// <returns>False if some are missing: then the client asks for them.</returns>
    public bool TakePublication(in Envelope envelope)
    {
        HasLeft.ShouldBeFalse($"client {client.Number}: a publication came that is not in the room");
        string content = JsonDocument.Parse(envelope.Payload).RootElement.GetString()!;
        if (!IsWanted || JoinId is not null && Position is null)
            return true;
        if (envelope.Position is not { } position)
        {
            _options.HistorySize.ShouldBe(0);
            Apply(0, content);
            return true;
        }

        if (_catchesUp || JoinId is not null)
            return true;
        if (!IsExact)
        {
            position.Epoch.ShouldBe(Position!.Value.Epoch);
            position.Offset.ShouldBeGreaterThan(Position.Value.Offset);
            Apply(position.Offset, content);
            Position = position;
            return true;
        }

        if (position.Epoch == Position!.Value.Epoch && position.Offset <= Position.Value.Offset)
            throw new InvalidOperationException($"client {client.Number} got {position} in {Room} after {Position}");
        if (position.Epoch != Position.Value.Epoch || position.Offset > Position.Value.Offset + 1)
            return !(_catchesUp = true);
        Apply(position.Offset, content);
        Position = position;
        return true;
    }

    public bool TakePosition(StreamPosition position, bool skipped)
    {
        if (!IsWanted || _catchesUp || JoinId is not null || Position is not { } mine)
            return true;
        if (skipped && position.Epoch == mine.Epoch && position.Offset == mine.Offset + 1)
        {
            Applied.Add((position.Offset, ""));
            Position = position;
            return true;
        }

        if (position.Epoch == mine.Epoch && position.Offset <= mine.Offset)
            return true;
        return !(_catchesUp = true);
    }

    private void Apply(long offset, string content)
    {
        run.CheckContent(Room, offset, content);
        Applied.Add((offset, content));
    }
}
