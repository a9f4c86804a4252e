using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Tests.Support;

namespace Hutong.SocketIO.Tests;

/// <summary>One room: clients of Socket.IO, clients of the rooms' own protocol and readers of server-sent events hear each other.</summary>
public class OneRoomTests
{
    public static TheoryData<string, string, string[]> Events => new()
    {
        // What is emitted; what others hear, bytes by themselves as data; what clients of Socket.IO hear.
        { "2[\"say\"]", """{"type":"said"}""", ["42[\"said\"]"] },
        { "2[\"say\",\"é\"]", """{"type":"said","payload":"é"}""", ["42[\"said\",\"é\"]"] },
        { "2[\"say\",null]", """{"type":"said","payload":null}""", ["42[\"said\",null]"] },
        { "2[\"say\",{\"a\":[1]}]", """{"type":"said","payload":{"a":[1]}}""", ["42[\"said\",{\"a\":[1]}]"] },
        { "2[\"say\",[1,2]]", """{"type":"said","payload":[1,2]}""", ["42[\"said\",[1,2]]"] },
        { "2[\"say\",1,\"b\"]", """{"type":"said","payload":[1,"b"]}""", ["42[\"said\",1,\"b\"]"] },
        { "51-[\"say\",{\"_placeholder\":true,\"num\":0}]", """{"type":"said","data":"/w=="}""", ["451-[\"said\",{\"_placeholder\":true,\"num\":0}]", "b:FF"] },
        {
            "51-[\"say\",{\"a\":{\"_placeholder\":true,\"num\":0}},7]", """{"type":"said","payload":[{"a":"/w=="},7]}""",
            ["451-[\"said\",{\"a\":{\"_placeholder\":true,\"num\":0}},7]", "b:FF"]
        },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public async Task Emit_ByAClientOfSocketIO_IsHeardByAll(string emitted, string heard, string[] received)
    {
        await using var app = await StartAsync();
        var (talker, _) = await app.ConnectAsync();
        var (listener, _) = await app.ConnectAsync();
        var raw = await app.JoinAsync("chat:1");
        using var events = await app.ReadEventsAsync("chat:1");
        await talker.SendTextAsync("4" + emitted);
        if (received.Length > 1)
            await talker.SendFrameAsync(2, new byte[] { 255 });
        foreach (var peer in (WirePeer[])[talker, listener])
        {
            foreach (string expected in received)
                (await SocketApp.ReadAsync(peer)).ShouldBe(expected);
        }

        Same(await SocketApp.ReadAsync(raw), heard);
        Same(await SocketApp.NextEventAsync(events), heard);
    }

    [Theory]
    [InlineData("""{"type":"said","room":"chat:1"}""", "42[\"said\"]")]
    [InlineData("""{"type":"said","room":"chat:1","payload":"é"}""", "42[\"said\",\"é\"]")]
    [InlineData("""{"type":"said","room":"chat:1","payload":{"a":[1,2]}}""", "42[\"said\",{\"a\":[1,2]}]")]
    [InlineData("""{"type":"said","room":"chat:1","payload":[1,2]}""", "42[\"said\",[1,2]]")]
    [InlineData("""{"type":"disconnect","room":"chat:1","payload":1}""", "42[\"rooms:disconnect\",1]")]
    [InlineData("""{"type":"io:join","room":"chat:1","payload":1}""", "42[\"join\",1]")]
    public async Task Publish_ByAClientOfTheRooms_IsHeardByClientsOfSocketIO(string published, string received)
    {
        await using var app = await StartAsync();
        var (listener, _) = await app.ConnectAsync();
        var raw = await app.JoinAsync("chat:1");
        await raw.SendTextAsync(published);
        (await SocketApp.ReadAsync(listener)).ShouldBe(received);
    }

    [Fact]
    public async Task Publish_OfBytes_IsAnAttachment()
    {
        await using var app = await StartAsync();
        var (listener, _) = await app.ConnectAsync();
        await app.Rooms.Room("chat:1").PublishAsync("said", Payload.Bytes(new byte[] { 1, 2 }));
        (await SocketApp.ReadAsync(listener)).ShouldBe("451-[\"said\",{\"_placeholder\":true,\"num\":0}]");
        (await SocketApp.ReadAsync(listener)).ShouldBe("b:0102");
    }

    [Fact]
    public async Task Emit_OfNamesThatTheEnvelopeReserves_GoesByAnotherTypeAndComesBack()
    {
        await using var app = await StartAsync();
        var (listener, _) = await app.ConnectAsync();
        var raw = await app.JoinAsync("chat:1");
        foreach (string name in (string[])["join", "ack", "error", "ping", "message", "io:x"])
        {
            await app.Server.To("chat:1").EmitAsync(name, 1);
            (await SocketApp.ReadAsync(listener)).ShouldBe($"42[\"{name}\",1]");
            string type = name == "message" ? name : "io:" + name;
            JsonDocument.Parse(await SocketApp.ReadAsync(raw)).RootElement.GetProperty("type").GetString().ShouldBe(type);
        }
    }

    [Fact]
    public async Task Rooms_OfSocketIOAlone_AreNotForOtherClients()
    {
        await using var app = await StartAsync();
        var (_, id) = await app.ConnectAsync();
        var raw = await app.OpenAsync("/rt");
        foreach (string room in (string[])["private", "#/", "#/#" + id, id, "/x#room"])
        {
            await raw.SendTextAsync($$"""{"type":"join","room":"{{room}}","id":1}""");
            (await SocketApp.ReadAsync(raw)).ShouldContain("unknown_room");
            await raw.SendTextAsync($$"""{"type":"said","room":"{{room}}","id":2}""");
            (await SocketApp.ReadAsync(raw)).ShouldContain("unknown_room");
            using var client = new HttpClient();
            (await client.GetAsync(new Uri($"http://127.0.0.1:{app.Port}/rt/rooms/{Uri.EscapeDataString(room)}"))).IsSuccessStatusCode.ShouldBeFalse(room);
        }
    }

    [Fact]
    public async Task To_ARoomThatOthersAreInToo_LeavesTheSenderOut()
    {
        await using var app = await StartAsync();
        var (talker, id) = await app.ConnectAsync();
        var (listener, _) = await app.ConnectAsync();
        var raw = await app.JoinAsync("chat:1");
        await app.Server.Sockets[id].To("chat:1").EmitAsync("others", 1);
        await app.Server.To("chat:1").EmitAsync("all");
        (await SocketApp.ReadAsync(talker)).ShouldBe("42[\"all\"]");
        (await SocketApp.ReadAsync(listener)).ShouldBe("42[\"others\",1]");
        (await SocketApp.ReadAsync(raw)).ShouldContain("\"others\"");
        await app.Server.To("chat:1", "other").EmitAsync("union", 1, 2);
        Same(await ReadPast(raw, "\"all\""), """{"type":"union","payload":[1,2]}""");
    }

    [Fact]
    public async Task LargeRoom_OfSocketsOnWebSockets_GetsAllInOrder()
    {
        await using var app = await StartAsync();
        var peers = new List<WirePeer>();
        string? first = null;
        for (int i = 0; i < 70; i++)
        {
            var (peer, id) = await app.ConnectAsync();
            first ??= id;
            peers.Add(peer);
        }

        var socket = app.Server.Sockets[first!];
        // They are sent to by the groups of their event loops.
        foreach (string room in (string[])["chat:1", "#/"])
            app.Server.Sockets.Values.ShouldAllBe(s => s.Session!.Find(room)!.IsInGroup);
        await app.Server.To("chat:1").EmitAsync("a", 1);
        await socket.To("chat:1").EmitAsync("b", 2);
        await app.Server.To("chat:1").EmitAsync("c", new byte[] { 3 });
        await app.Server.EmitAsync("d", 4, 5);
        await socket.Broadcast.EmitAsync("e");
        await app.Server.To("chat:1").Except(first!).EmitAsync("f");
        string seen = "";
        socket.OnAnyOutgoing(e =>
        {
            seen += e.Name;
            return default;
        });
        await app.Server.EmitAsync("g");
        await socket.EmitAsync("h");
        foreach (var peer in peers)
        {
            string[] expected = peer == peers[0]
                ? ["42[\"a\",1]", "451-[\"c\",{\"_placeholder\":true,\"num\":0}]", "b:03", "42[\"d\",4,5]", "42[\"g\"]", "42[\"h\"]"]
                : ["42[\"a\",1]", "42[\"b\",2]", "451-[\"c\",{\"_placeholder\":true,\"num\":0}]", "b:03", "42[\"d\",4,5]", "42[\"e\"]", "42[\"f\"]", "42[\"g\"]"];
            foreach (string text in expected)
                (await SocketApp.ReadAsync(peer)).ShouldBe(text);
        }

        await Patience.UntilAsync(() => seen == "gh", "the listener");
    }

    private static async Task<string> ReadPast(WirePeer peer, string text)
    {
        (await SocketApp.ReadAsync(peer)).ShouldContain(text);
        return await SocketApp.ReadAsync(peer);
    }

    private static Task<SocketApp> StartAsync() => SocketApp.StartAsync(
        io => io.OnConnection(async socket =>
        {
            await socket.JoinAsync("chat:1");
            socket.OnAny(e => e.Name == "say" ? io.To("chat:1").EmitAsync("said", Arguments(e)) : default);
        }),
        rooms => rooms.Map("chat:*", new RoomOptions { ClientPublish = true }));

    private static ReadOnlySpan<object?> Arguments(SocketEvent e) => (object?[])[.. Enumerable.Range(0, e.Count).Select(e.GetValue)];

    private static void Same(string message, string expected)
    {
        var root = JsonDocument.Parse(message).RootElement;
        var wanted = JsonDocument.Parse(expected).RootElement;
        root.GetProperty("type").GetString().ShouldBe(wanted.GetProperty("type").GetString());
        root.TryGetProperty("payload", out var payload).ShouldBe(wanted.TryGetProperty("payload", out var wantedPayload));
        if (payload.ValueKind != JsonValueKind.Undefined)
            JsonElement.DeepEquals(payload, wantedPayload).ShouldBeTrue(message);
        if (wanted.TryGetProperty("data", out var data))
            root.GetProperty("data").GetString().ShouldBe(data.GetString());
    }
}
