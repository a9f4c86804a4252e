using System.Security.Claims;
using System.Text;
using Hutong.Connections;
using Hutong.Rooms.Protocol;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server;

/// <summary>Rooms over real WebSockets.</summary>
public class WebSocketTests
{
    [Fact]
    public async Task Join_AndPublish_ReachesAllMembersInOrder()
    {
        await using var app = await StartAsync();
        await using var ada = await app.OpenAsync("/rt");
        await using var bob = await app.OpenAsync("/rt");
        var joined = await ada.RequestAsync("""{"type":"join","id":"1","room":"chat:1"}""");
        joined.GetProperty("id").GetString().ShouldBe("1");
        joined.Offset().ShouldBe(0);
        (await bob.RequestAsync("""{"type":"join","id":1,"room":"chat:1"}""")).GetProperty("id").GetInt32().ShouldBe(1);

        await ada.SendTextAsync("""{"type":"chat_message","id":"m1","room":"chat:1","payload":{"content":"hello"}}""");
        var seen = await bob.JsonAsync();
        seen.GetProperty("payload").GetProperty("content").GetString().ShouldBe("hello");
        seen.Offset().ShouldBe(1);
        (await ada.JsonAsync()).Offset().ShouldBe(1);
        var ack = await ada.JsonAsync();
        ack.Type().ShouldBe("ack");
        ack.GetProperty("id").GetString().ShouldBe("m1");
        ack.Offset().ShouldBe(1);

        await app.Host.Services.GetRequiredService<IRooms>().Room("chat:1").PublishAsync("news", 42);
        (await bob.JsonAsync()).GetProperty("payload").GetInt32().ShouldBe(42);
        (await ada.JsonAsync()).Type().ShouldBe("news");
    }

    [Fact]
    public async Task Dialects_JsonAndBinary_ShareARoomAndLeavePayloadsUntouched()
    {
        await using var app = await StartAsync();
        await using var text = await app.OpenAsync("/rt", $"Sec-WebSocket-Protocol: {Subprotocols.Json}");
        await using var binary = await app.OpenAsync("/rt", $"Sec-WebSocket-Protocol: {Subprotocols.Binary}");
        await text.RequestAsync("""{"type":"join","room":"chat:1"}""");
        await SendAsync(binary, new() { Type = "join", Room = "chat:1" });
        (await ReadAsync(binary)).Type.ShouldBe("ack");

        await SendAsync(binary, new() { Type = "move", Room = "chat:1", PayloadKind = PayloadKind.Bytes, Payload = new byte[] { 1, 0, 255 } });
        (await ReadAsync(binary)).Payload.ToArray().ShouldBe([1, 0, 255]);
        (await text.JsonAsync()).GetProperty("data").GetBytesFromBase64().ShouldBe([1, 0, 255]);

        await text.SendTextAsync("""{"type":"said","room":"chat:1","payload":{ "a" : 1.0 }}""");
        Encoding.UTF8.GetString((await ReadAsync(binary)).Payload.Span).ShouldBe("""{ "a" : 1.0 }""");
        (await text.JsonAsync()).GetProperty("payload").GetRawText().ShouldBe("""{ "a" : 1.0 }""");
        await text.SendFrameAsync(2, new byte[] { 1 });
        (await text.JsonAsync()).GetProperty("payload").GetProperty("code").GetString().ShouldBe("invalid_json");
    }

    [Fact]
    public async Task WhatIsWrong_GetsAnErrorAndTheConnectionLives()
    {
        await using var app = await StartAsync();
        await using var peer = await app.OpenAsync("/rt");
        (await peer.RequestAsync("not json", "error")).GetProperty("payload").GetProperty("code").GetString().ShouldBe("invalid_json");
        (await peer.RequestAsync("""{"type":"join","id":9,"room":"x"}""", "error")).GetProperty("id").GetInt32().ShouldBe(9);
        await peer.SendTextAsync("ping");
        await peer.ExpectTextAsync("pong");
        (await peer.RequestAsync("""{"type":"ping","id":"p"}""", "pong")).GetProperty("id").GetString().ShouldBe("p");
    }

    [Fact]
    public async Task CutOff_AndBack_GetsExactlyWhatItMissed()
    {
        await using var app = await StartAsync();
        var rooms = app.Host.Services.GetRequiredService<IRooms>();
        string epoch;
        await using (var peer = await app.OpenAsync("/rt"))
        {
            epoch = (await peer.RequestAsync("""{"type":"join","room":"chat:1"}""")).GetProperty("epoch").GetString()!;
            await rooms.Room("chat:1").PublishAsync("said", 1);
            (await peer.JsonAsync()).Offset().ShouldBe(1);
            peer.Reset();
        }

        var graph = app.Host.Services.GetRequiredService<RoomGraph>();
        await Patience.UntilAsync(() => graph is { SessionCount: 0, RoomCount: 0 }, "the end of the session");
        for (int i = 2; i <= 4; i++)
            await rooms.Room("chat:1").PublishAsync("said", i);
        await using var back = await app.OpenAsync("/rt");
        var answer = await back.RequestAsync("{\"type\":\"join\",\"room\":\"chat:1\",\"since\":{\"epoch\":\"" + epoch + "\",\"offset\":1}}");
        answer.Offset().ShouldBe(4);
        var payload = answer.GetProperty("payload");
        payload.GetProperty("recovered").GetBoolean().ShouldBeTrue();
        payload.GetProperty("missed").EnumerateArray().Select(m => m.Offset()).ShouldBe([2, 3, 4]);
    }

    [Fact]
    public async Task SlowReader_IsDisconnectedWith3008()
    {
        await using var app = await StartAsync(limit: 64 << 10);
        await using var slow = await WirePeer.OpenAsync(app.Port, "/rt", receiveBuffer: 4096);
        await slow.RequestAsync("""{"type":"join","room":"chat:1"}""");
        var session = app.Host.Services.GetRequiredService<RoomGraph>().Sessions.Single();
        var rooms = app.Host.Services.GetRequiredService<IRooms>();
        long published = 0;
        // Until what the system's own buffers hold is full as well.
        while (session.Lag.Bytes < 50_000)
            published = (await rooms.Room("chat:1").PublishAsync("said", RoomPeer.Filler(8000)))!.Value.Offset;
        for (int i = 0; i < 10; i++)
            await rooms.Room("chat:1").PublishAsync("said", RoomPeer.Filler(8000));
        long last = 0;
        while (true)
        {
            var frame = await slow.ReadFrameAsync();
            if (frame.Opcode == 8)
            {
                frame.CloseCode.ShouldBe((ushort)3008);
                break;
            }

            System.Text.Json.JsonDocument.Parse(frame.Payload).RootElement.Offset().ShouldBe(++last);
        }

        last.ShouldBeGreaterThanOrEqualTo(published - 10);
        await slow.AnswerCloseAsync(3008);
    }

    [Fact]
    public async Task SlowReader_InARoomThatMakesGood_GetsEverythingInTheEnd()
    {
        const int Count = 3000;
        await using var app = await StartAsync(limit: 64 << 10);
        await using var slow = await WirePeer.OpenAsync(app.Port, "/rt", receiveBuffer: 4096);
        await slow.RequestAsync("""{"type":"join","room":"log:1"}""");
        var rooms = app.Host.Services.GetRequiredService<IRooms>();
        for (int i = 0; i < Count; i++)
            await rooms.Room("log:1").PublishAsync("said", RoomPeer.Filler(4000));
        for (int i = 1; i <= Count; i++)
        {
            (await slow.JsonAsync()).Offset().ShouldBe(i);
            if (i == Count / 2)
                await rooms.Room("log:1").PublishAsync("said", RoomPeer.Filler(10));
        }

        (await slow.JsonAsync()).Offset().ShouldBe(Count + 1);
        await rooms.Room("log:1").PublishAsync("said", RoomPeer.Filler(10));
        (await slow.JsonAsync()).Offset().ShouldBe(Count + 2);
    }

    [Fact]
    public async Task SlowReader_InALatestRoom_GetsTheNewest()
    {
        const int Count = 3000;
        await using var app = await StartAsync();
        await using var slow = await WirePeer.OpenAsync(app.Port, "/rt", receiveBuffer: 4096);
        await slow.RequestAsync("""{"type":"join","room":"price:1"}""");
        var rooms = app.Host.Services.GetRequiredService<IRooms>();
        for (int i = 1; i <= Count; i++)
            await rooms.Room("price:1").PublishAsync("price", RoomPeer.Filler(4000), key: i % 2 == 0 ? "even" : "odd");
        long last = 0;
        int got = 0;
        while (last < Count)
        {
            long offset = (await slow.JsonAsync()).Offset();
            offset.ShouldBeGreaterThan(last);
            last = offset;
            got++;
        }

        got.ShouldBeLessThan(Count);
    }

    [Fact]
    public async Task User_OfTheHost_IsTheSessions()
    {
        string? seen = null;
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.Use((context, next) =>
                {
                    context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim("sub", "ada")], "test"));
                    return next(context);
                });
                a.MapRooms("/rt", rooms => rooms.OnConnect(context =>
                {
                    seen = $"{context.Session.UserId} {((WebSocketRequest)context.Session.Request!).Path}";
                }));
            },
            b => b.Services.AddRooms());
        await using var peer = await app.OpenAsync("/rt");
        await peer.RequestAsync("""{"type":"ping"}""", "pong");
        seen.ShouldBe("ada /rt");
        await app.Host.Services.GetRequiredService<IRooms>().SendToUserAsync("ada", "note");
        (await peer.JsonAsync()).Type().ShouldBe("note");
    }

    [Fact]
    public async Task MapRooms_WithoutAddRooms_WorksToo()
    {
        await using var app = await TestApp.StartAsync(a => a.MapRooms("/rt", rooms => rooms.Map("chat:*")));
        await using var peer = await app.OpenAsync("/rt");
        await peer.RequestAsync("""{"type":"join","room":"chat:1"}""");
    }

    [Fact]
    public async Task Handlers_GetTheHostsServices()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapRooms("/rt", rooms => rooms.On<string, IRooms>("shout", async (context, text, all) =>
                await all.SendToSessionAsync(context.Session.Id, "echo", Payload.From(text.ToUpperInvariant())))),
            b => b.Services.AddRooms());
        await using var peer = await app.OpenAsync("/rt");
        (await peer.RequestAsync("""{"type":"shout","payload":"hi"}""", "echo")).GetProperty("payload").GetString().ShouldBe("HI");
    }

    [Fact]
    public async Task Disconnect_AndRefusal_CloseWithTheirCodes()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapRooms("/rt", rooms => rooms
                .OnConnect(context =>
                {
                    if (((WebSocketRequest)context.Session.Request!).Query.ContainsKey("no"))
                        context.Refuse();
                })
                .On("bye", context =>
                {
                    context.Session.Disconnect(4001, "bye");
                    return default;
                })),
            b => b.Services.AddRooms());
        await using (var refused = await app.OpenAsync("/rt?no"))
        {
            await refused.ExpectCloseAsync(3503);
            await refused.AnswerCloseAsync(3503);
        }

        await using var peer = await app.OpenAsync("/rt");
        await peer.SendTextAsync("""{"type":"bye"}""");
        await peer.ExpectCloseAsync(4001, "bye");
        await peer.AnswerCloseAsync(4001);
        var graph = app.Host.Services.GetRequiredService<RoomGraph>();
        await Patience.UntilAsync(() => graph.SessionCount == 0, "the end of the sessions");
    }

    [Fact]
    public async Task Shutdown_OfTheHost_ClosesSessionsWith1001()
    {
        await using var app = await StartAsync();
        await using var peer = await app.OpenAsync("/rt");
        await peer.RequestAsync("""{"type":"join","room":"chat:1"}""");
        var stopping = app.StopAsync();
        await peer.ExpectCloseAsync(1001);
        await peer.AnswerCloseAsync(1001);
        await stopping;
    }

    private static Task<TestApp> StartAsync(int limit = 1 << 20) => TestApp.StartAsync(
        a => a.MapRooms(
            "/rt",
            rooms => rooms.Map("chat:*", new RoomOptions { HistorySize = 100, ClientPublish = true })
                .Map("log:*", new RoomOptions { HistorySize = 10_000, HistoryBytes = 100 << 20, WhenBehind = WhenBehind.Drop })
                .Map("price:*", new RoomOptions { HistorySize = 10, Delivery = Delivery.Latest }),
            new RoomsEndpointOptions { Connection = ConnectionOptions.Default with { SendQueueLimit = limit } }),
        b => b.Services.AddRooms());

    private static Task SendAsync(WirePeer peer, Envelope envelope)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        EnvelopeCodec.Binary.Write(output, envelope);
        return peer.SendFrameAsync(2, output.WrittenMemory);
    }

    private static async Task<Envelope> ReadAsync(WirePeer peer)
    {
        var frame = await peer.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)2);
        EnvelopeCodec.Binary.TryRead(frame.Payload, out var envelope, out var error).ShouldBeTrue(error?.ToString());
        return envelope;
    }
}
