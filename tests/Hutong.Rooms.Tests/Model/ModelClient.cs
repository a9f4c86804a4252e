using System.Text;
using System.Text.Json;
using Hutong.Rooms.Protocol;
using Hutong.Rooms.Support;

namespace Hutong.Rooms.Model;

/// <summary>A client that does as <c>docs/topics/delivery.md</c> says, and notes what it was given.</summary>
internal sealed class ModelClient(ModelRun run, int number)
{
    private readonly List<(string Id, string Json, string Room)> _unanswered = [];
    private int _ids;

    public int Number { get; } = number;

    public Dictionary<string, ModelView> Views { get; } = new(StringComparer.Ordinal);

    /// <summary>Ids of messages that the server has said it has done.</summary>
    public List<string> Acknowledged { get; } = [];

    public TestWire? Wire { get; private set; }

    public bool IsPaused { get; set; }

    public bool IsConnected => Wire is { IsOver: false };

    public void Connect()
    {
        if (IsConnected)
            return;
        var wire = new TestWire { Limit = run.Random.Next(3) == 0 ? 700 : 100_000 };
        Wire = wire;
        wire.OnMessage = envelope =>
        {
            run.Trace?.Invoke($"client {Number} takes {envelope.Type} {envelope.Id} {envelope.Room} {envelope.Position} {Encoding.UTF8.GetString(envelope.Payload.Span)}");
            if (ReferenceEquals(Wire, wire))
                Take(envelope);
        };
        foreach (var view in Views.Values)
            view.EndConnection();
        var opening = run.PickNode().OpenAsync(wire, new SessionStart { User = Bench.User($"u{Number}") });
        opening.IsCompletedSuccessfully.ShouldBeTrue();
        foreach (var (room, view) in Views)
        {
            if (view.IsWanted)
                Join(room, view);
        }

        foreach (var (_, json, _) in _unanswered.ToList())
            Send(json);
    }

    /// <summary>Begins anew, as a page that is loaded again: it knows nothing.</summary>
    public void Restart()
    {
        Wire?.End();
        Wire = null;
        foreach (var view in Views.Values)
            view.Forget();
        _unanswered.Clear();
    }

    public void Join(string room)
    {
        var view = View(room);
        view.IsWanted = true;
        if (IsConnected)
            Join(room, view);
    }

    public void Leave(string room)
    {
        if (!Views.TryGetValue(room, out var view) || !view.IsWanted)
            return;
        view.IsWanted = false;
        view.Forget();
        if (IsConnected)
            Send($$"""{"type":"leave","id":"{{NextId("l")}}","room":"{{room}}"}""");
    }

    public void Publish(string room, string content, string key)
    {
        string id = $"{NextId("m")}-of-{Number}";
        string json = $$"""{"type":"said","id":"{{id}}","room":"{{room}}","key":"{{key}}","payload":"{{content}}|{{id}}"}""";
        _unanswered.Add((id, json, room));
        if (IsConnected)
            Send(json);
    }

    public void Read(int limit = int.MaxValue)
    {
        if (!IsPaused)
            Wire?.Read(limit);
    }

    private ModelView View(string room)
    {
        if (!Views.TryGetValue(room, out var view))
            Views.Add(room, view = new ModelView(run, this, room));
        return view;
    }

    private string NextId(string prefix) => $"{prefix}{++_ids}";

    private void Join(string room, ModelView view)
    {
        view.JoinId = NextId("j");
        view.AskedSince = view.Position;
        string since = view.Position is { } at ? $$""","since":{"epoch":"{{at.Epoch}}","offset":{{at.Offset}}}""" : "";
        Send($$"""{"type":"join","id":"{{view.JoinId}}","room":"{{room}}"{{since}}}""");
    }

    private void Send(string json)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        EnvelopeCodec.Json.TryRead(bytes, out var envelope, out var error).ShouldBeTrue(error?.ToString());
        _ = Wire!.Session!.ReceiveAsync(envelope).AsTask();
    }

    private void Take(Envelope envelope)
    {
        string? id = envelope.Id.Text;
        if (envelope.Type is EnvelopeType.UserJoin or EnvelopeType.UserLeave)
            return;
        if (id?.Contains("-of-", StringComparison.Ordinal) == true && envelope.Type is EnvelopeType.Ack or EnvelopeType.Error)
        {
            if (envelope.Type == EnvelopeType.Ack)
                Acknowledged.Add(id);
            _unanswered.RemoveAll(u => u.Id == id);
            return;
        }

        if (envelope.Room is null || !Views.TryGetValue(envelope.Room, out var view))
        {
            if (envelope.Type == EnvelopeType.Error)
                throw new InvalidOperationException($"error {Encoding.UTF8.GetString(envelope.Payload.Span)}");
            return;
        }

        switch (envelope.Type)
        {
            case EnvelopeType.Ack when id is ['j', ..]:
                view.HasLeft = false;
                if (id == view.JoinId)
                    view.TakeJoined(envelope);
                break;
            case EnvelopeType.Ack when id is ['l', ..]:
                view.HasLeft = true;
                break;
            case EnvelopeType.Ack when IsLeft(envelope):
                view.HasLeft = true;
                // Unless it has asked to be let in again.
                if (view.JoinId is null)
                {
                    view.IsWanted = false;
                    view.Forget();
                }

                break;
            case EnvelopeType.Ack:
                break;
            case EnvelopeType.Error when string.Equals(Code(envelope), "not_joined", StringComparison.Ordinal):
                if (id is not null && id == view.JoinId)
                {
                    view.IsWanted = false;
                    view.Forget();
                }

                break;
            case EnvelopeType.Error:
                throw new InvalidOperationException($"error {Encoding.UTF8.GetString(envelope.Payload.Span)}");
            case EnvelopeType.Position:
                if (!view.TakePosition(envelope.Position!.Value, envelope.Payload.Length > 0))
                    Join(view.Room, view);
                break;
            default:
                if (!view.TakePublication(envelope))
                    Join(view.Room, view);
                break;
        }
    }

    private static bool IsLeft(in Envelope envelope) => envelope.Payload.Span.SequenceEqual("{\"left\":true}"u8);

    private static string? Code(in Envelope envelope) => JsonDocument.Parse(envelope.Payload).RootElement.GetProperty("code").GetString();
}
