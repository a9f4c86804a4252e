using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutong.Client.Managed;

/// <summary>The client against the real server of rooms, over each transport.</summary>
public sealed partial class RoomsServerTests
{
    public static TheoryData<ClientTransportKind> Transports => [ClientTransportKind.WebSocket, ClientTransportKind.ServerSentEvents, ClientTransportKind.LongPolling];

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Room_JoinedAndSpokenIn_ReachesTheOther(ClientTransportKind transport)
    {
        await using var server = await RoomsServer.StartAsync();
        await using var ada = new WebSocketClient(server.Url, By(transport));
        await using var bob = new WebSocketClient(server.Url, By(transport));
        var heard = Channel.CreateUnbounded<Said>();
        var room = bob.Room("chat:1");
        room.On("say", Json.Default.Said, s => heard.Writer.TryWrite(s));
        await room.JoinAsync(cancellationToken: Await.Token);
        var adas = await ada.JoinAsync("chat:1").Soon();

        var at = await adas.PublishAsync("say", new Said("hello"), Json.Default.Said).Soon();

        at!.Value.Offset.ShouldBe(1);
        (await heard.Reader.ReadAsync(Await.Token)).Text.ShouldBe("hello");
        var presence = await adas.PresenceAsync().Soon();
        presence.Sessions.ShouldBe(2);
        presence.Members.Count.ShouldBe(2);
        var history = await adas.HistoryAsync().Soon();
        history.Publications.Single().Read(Json.Default.Said)!.Text.ShouldBe("hello");
        ada.Transport.ShouldBe(transport);
        await adas.LeaveAsync().Soon();
        (await room.PresenceAsync().Soon()).Sessions.ShouldBe(1);
    }

    [Fact]
    public async Task Room_WhoseConnectionsAreCut_LosesAndDoublesNothing()
    {
        await using var server = await RoomsServer.StartAsync();
        await using var client = new WebSocketClient(server.Url, new() { Reconnect = Hasty, Random = new Random(7) });
        var numbers = Channel.CreateUnbounded<int>();
        var room = client.Room("chat:1");
        room.Gap += e => numbers.Writer.TryComplete(new InvalidOperationException(e.ToString()));
        room.On("n", m => { numbers.Writer.TryWrite(m.Payload!.Value.GetInt32()); });
        await room.JoinAsync().Soon();

        // Fewer at a time than the room keeps; the connection is cut among them.
        int next = 1;
        for (int round = 0; round < 6; round++)
        {
            for (int i = 1; i <= 60; i++)
            {
                await server.Rooms.Room("chat:1").PublishAsync("n", (round * 60) + i);
                if (i == 30)
                    await client.Core.Mailbox.RunAsync(() => client.Core.Link.Socket?.Abort());
            }

            while (next <= (round + 1) * 60)
                (await numbers.Reader.ReadAsync(Await.Token)).ShouldBe(next++);
        }
    }

    [Fact]
    public async Task Request_IsAnsweredOrRefused()
    {
        await using var server = await RoomsServer.StartAsync(r => r.On<int[]>("add", (m, numbers) =>
        {
            m.Reply(Rooms.Payload.From(numbers.Sum()));
            return default;
        }));
        await using var client = new WebSocketClient(server.Url);

        var ack = await client.RequestAsync("add", new[] { 1, 2 }).Soon();

        ack.Payload!.Value.GetInt32().ShouldBe(3);
        (await Should.ThrowAsync<ClientException>(client.RequestAsync("nonsense").Soon())).Code.ShouldBe("unknown_type");
        (await Should.ThrowAsync<ClientException>(client.JoinAsync("nowhere").Soon())).Code.ShouldBe("unknown_room");
        client.Room("nowhere").State.ShouldBe(RoomState.Refused);
    }

    [Fact]
    public async Task Fallback_WhereNoWebSocketCanBeOpened_TakesServerSentEventsAndRises()
    {
        bool blocked = true;
        await using var server = await RoomsServer.StartAsync(before: app => app.Use((context, next) =>
        {
            if (!Volatile.Read(ref blocked) || !context.Request.Headers.ContainsKey("Sec-WebSocket-Key"))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        }));
        var options = new WebSocketClientOptions { Fallback = new() { RetryUpwards = TimeSpan.FromMilliseconds(50) } };
        await using var client = new WebSocketClient(server.Url, options);
        var numbers = Channel.CreateUnbounded<int>();
        var room = client.Room("chat:1");
        room.On("n", m => numbers.Writer.TryWrite(m.Payload!.Value.GetInt32()));
        await room.JoinAsync().Soon();
        client.Transport.ShouldBe(ClientTransportKind.ServerSentEvents);
        await room.PublishAsync("n", 1).Soon();
        (await numbers.Reader.ReadAsync(Await.Token)).ShouldBe(1);

        Volatile.Write(ref blocked, false);
        int next = 2;
        while (client.Transport != ClientTransportKind.WebSocket || next < 20)
        {
            await room.PublishAsync("n", next).Soon();
            (await numbers.Reader.ReadAsync(Await.Token)).ShouldBe(next++);
        }

        client.State.ShouldBe(ClientState.Open);
        room.State.ShouldBe(RoomState.Joined);
    }

    [Fact]
    public async Task Fallback_ThatWorked_IsRememberedByTheNext()
    {
        var refused = new List<string>();
        await using var server = await RoomsServer.StartAsync(before: app => app.Use((context, next) =>
        {
            bool isWebSocket = context.Request.Headers.ContainsKey("Sec-WebSocket-Key");
            if (!isWebSocket && !context.Request.Path.Value!.EndsWith("/sse", StringComparison.Ordinal))
                return next(context);
            lock (refused)
                refused.Add(isWebSocket ? "ws" : "sse");
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return Task.CompletedTask;
        }));
        await using (var first = new WebSocketClient(server.Url, new() { Fallback = new() }))
        {
            await first.JoinAsync("chat:1").Soon();
            first.Transport.ShouldBe(ClientTransportKind.LongPolling);
        }

        refused.ShouldBe(["ws", "sse"]);
        await using var second = new WebSocketClient(server.Url, new() { Fallback = new() });
        await second.JoinAsync("chat:1").Soon();
        second.Transport.ShouldBe(ClientTransportKind.LongPolling);
        refused.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Raw_OverAWebSocket_GoesBothWays()
    {
        await using var server = await RoomsServer.StartAsync(before: app => app.MapWebSocket("/echo", async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
                await ws.SendAsync(m);
        }));
        await using var client = new WebSocketClient(server.Url.Replace("/rt", "/echo", StringComparison.Ordinal), new() { AutoConnect = false });
        var heard = Channel.CreateUnbounded<ClientMessage>();
        client.On(ClientMessage.Raw, m => { heard.Writer.TryWrite(m); });
        client.Connect();
        client.SendRaw("互通");
        client.SendRaw(new byte[] { 1, 2, 3 });
        (await heard.Reader.ReadAsync(Await.Token)).Text.ShouldBe("互通");
        (await heard.Reader.ReadAsync(Await.Token)).Bytes!.Value.ToArray().ShouldBe([1, 2, 3]);

        byte[] large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        var sent = client.SendStreamAsync(new MemoryStream(large), new StreamOptions { ChunkSize = 100_000 });
        var received = new List<byte>();
        while (received.Count < large.Length)
            received.AddRange((await heard.Reader.ReadAsync(Await.Token)).Bytes!.Value.ToArray());
        (await sent.Soon()).ShouldBe(large.Length);
        received.ToArray().AsSpan().SequenceEqual(large).ShouldBeTrue();
    }

    [Fact]
    public async Task Probe_OfTheProtocol_IsAnswered()
    {
        await using var server = await RoomsServer.StartAsync();
        var time = new ManualTimeProvider();
        await using var client = new WebSocketClient(server.Url, new() { TimeProvider = time, Heartbeat = new() { Message = Probe.Ping } });
        await new StateWatch(client).UntilAsync("Open");
        time.Advance(TimeSpan.FromSeconds(25));
        var limit = Await.Token;
        while (client.RoundTripTime is null)
        {
            limit.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        client.State.ShouldBe(ClientState.Open);
    }

    [Fact]
    public async Task Raw_OverHttp_IsNotSendable()
    {
        await using var server = await RoomsServer.StartAsync();
        await using var client = new WebSocketClient(server.Url, By(ClientTransportKind.LongPolling));
        await client.JoinAsync("chat:1").Soon();
        (await client.SendRaw("bare").Settled.Soon()).Error!.Code.ShouldBe("not_sendable");
        (await client.SendRaw(new byte[] { 1 }).Settled.Soon()).Error!.Code.ShouldBe("not_sendable");
    }

    private static ReconnectOptions Hasty => new() { Base = TimeSpan.FromMilliseconds(1) };

    private static WebSocketClientOptions By(ClientTransportKind transport) => new() { Fallback = new() { Transports = [transport] } };

    internal sealed record Said(string Text);

    [JsonSerializable(typeof(Said))]
    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    internal sealed partial class Json : JsonSerializerContext;
}
