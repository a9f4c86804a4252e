using System.Text.Json.Nodes;
using Hutong.Protocol;

namespace Hutong.Client.Managed;

/// <summary>A server that keeps a room with a short history, does each request once, and remembers in which order things took effect.</summary>
internal sealed class ModelServer(FakeSockets sockets, TimeProvider time)
{
    private const int History = 6;

    private readonly HashSet<string> _done = [];
    private readonly HashSet<FakeSocket> _members = [];
    private int _epoch = 1;

    /// <summary>Payloads of what took effect.</summary>
    public List<int> Effects { get; } = [];

    public long Published { get; private set; }

    private string Epoch => $"e{_epoch}";

    /// <summary>Reads the next message that reached it on the newest connection.</summary>
    public void Read()
    {
        if (sockets.All.Count == 0 || sockets.Newest is not { ReadyState: ReadyState.Open } socket || socket.Heard.Count == 0)
            return;
        var message = JsonNode.Parse(socket.Heard[0])!.AsObject();
        socket.Heard.RemoveAt(0);
        string? id = (string?)message["id"];
        switch ((string)message["type"]!)
        {
            case "ping":
                socket.Says("""{"type":"pong"}""");
                break;
            case "auth":
                long end = time.GetUtcNow().ToUnixTimeMilliseconds() + 90_000;
                socket.Says($$$"""{"type":"auth_success","payload":{"userId":"u","expiresAt":{{{end}}}}}""");
                break;
            case "join":
                Join(socket, id!, message["since"]?.AsObject());
                break;
            default:
                Work(socket, id, (int)message["payload"]!);
                break;
        }
    }

    /// <summary>Publishes; members that are behind miss it.</summary>
    public void Publish(bool behind)
    {
        Published++;
        _members.RemoveWhere(s => s.ReadyState != ReadyState.Open);
        if (behind)
            return;
        foreach (var socket in _members.ToList())
            socket.Says(Publication(Published).ToJsonString());
    }

    public void Tell()
    {
        foreach (var socket in _members.Where(s => s.ReadyState == ReadyState.Open).ToList())
            socket.Says($$"""{"type":"position","room":"r","epoch":"{{Epoch}}","offset":{{Published}}}""");
    }

    /// <summary>The stream begins anew.</summary>
    public void Restart()
    {
        _epoch++;
        Published = 0;
        Publish(behind: false);
    }

    private void Work(FakeSocket socket, string? id, int payload)
    {
        if (id is null || _done.Add(id))
            Effects.Add(payload);
        if (id is null)
            return;
        socket.Says(payload % 7 != 0
            ? $$"""{"type":"ack","id":"{{id}}","payload":{{payload}}}"""
            : $$$"""{"type":"error","id":"{{{id}}}","payload":{"code":"no"}}""");
    }

    private JsonObject Publication(long offset) => new()
    {
        ["type"] = "n", ["room"] = "r", ["epoch"] = Epoch, ["offset"] = offset, ["payload"] = $"{Epoch}:{offset}",
    };

    private void Join(FakeSocket socket, string id, JsonObject? since)
    {
        _members.Add(socket);
        long first = Math.Max(1, Published - History + 1);
        long from = (long?)since?["offset"] ?? 0;
        bool recovered = (string?)since?["epoch"] == Epoch && from + 1 >= first && from <= Published;
        var ack = new JsonObject { ["type"] = "ack", ["id"] = id, ["room"] = "r" };
        if (Published > 0)
            (ack["epoch"], ack["offset"]) = (Epoch, Published);
        if (since is not null)
        {
            var missed = new JsonArray();
            for (long offset = from + 1; recovered && offset <= Published; offset++)
                missed.Add(Publication(offset));
            ack["payload"] = new JsonObject { ["recovered"] = recovered, ["missed"] = missed };
        }

        socket.Says(ack.ToJsonString());
    }
}
