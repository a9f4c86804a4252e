using System.Text;
using System.Text.Json;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Http;

/// <summary>A session of an HTTP transport goes on over a WebSocket.</summary>
public class UpgradeTests
{
    [Fact]
    public async Task Resume_OfAPollersSession_LosesAndDoublesNothing()
    {
        var ended = new List<string>();
        await using var app = await RoomsApp.StartAsync(r => r.OnDisconnect(c =>
        {
            lock (ended)
                ended.Add(c.Session.Id);
            return default;
        }));
        var poller = new Poller(app);
        await poller.BeginAsync();
        string id = app.Graph.Sessions.Single().Id;
        var published = PublishUntilStopped(app, out var stop);
        var numbers = await poller.PollNumbersAsync(5);

        await using var peer = await app.App.OpenAsync("/rt");
        // A poll that waits meanwhile is told that it was replaced; what it may have been given is given again.
        var parked = poller.AskAsync();
        await peer.SendTextAsync($$"""{"type":"resume","id":"r","token":"{{poller.Token}}","ack":{{poller.Ack}}}""");
        var ack = await JsonAsync(peer);
        ack.Type().ShouldBe("ack");
        ack.Payload().GetProperty("session").GetString().ShouldBe(id);
        (await parked).Dispose();
        while (numbers.Count < 500)
            numbers.Add((await JsonAsync(peer)).Payload().GetInt32());
        await stop.CancelAsync();
        await published;
        numbers.ShouldBe(Enumerable.Range(1, 500));

        await peer.SendTextAsync("""{"type":"leave","room":"chat:1","id":"l"}""");
        while ((await JsonAsync(peer)).Type() != "ack")
        {
        }

        await poller.AskAsync().ShouldBeProblemAsync(System.Net.HttpStatusCode.NotFound, "unknown_session");
        app.Graph.SessionCount.ShouldBe(1);
        await peer.CloseAsync();
        await Patience.UntilAsync(() => app.Graph.SessionCount == 0, "the end of the session");
        await Patience.UntilAsync(() => ended.Count == 2, "the handlers");
        ended[1].ShouldBe(id);
    }

    [Theory]
    [InlineData("x.y", 0, "unknown_session")]
    [InlineData("", 0, "invalid_token")]
    [InlineData(null, 1000, "session_lost")]
    public async Task Resume_OfWhatCannotBe_IsAnErrorAndTheConnectionLives(string? token, int received, string code)
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        await using var peer = await app.App.OpenAsync("/rt");
        await peer.SendTextAsync($$"""{"type":"resume","id":"r","token":"{{token ?? poller.Token}}","ack":{{received}}}""");
        (await JsonAsync(peer)).Payload().GetProperty("code").GetString().ShouldBe(code);
        await peer.SendTextAsync("""{"type":"ping"}""");
        (await JsonAsync(peer)).Type().ShouldBe("pong");
        (await poller.PollAsync("?wait=0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Resume_OverABinaryWebSocket_SpeaksItsDialect()
    {
        await using var app = await RoomsApp.StartAsync();
        var poller = new Poller(app);
        await poller.BeginAsync();
        await app.PublishAsync(1);
        await using var peer = await app.App.OpenAsync("/rt", "Sec-WebSocket-Protocol: hutong.v1.bin");
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Protocol.EnvelopeCodec.Binary.Write(output, new Protocol.Envelope { Type = "resume", Token = poller.Token, Ack = poller.Ack });
        await peer.SendFrameAsync(2, output.WrittenMemory);
        foreach (string type in (string[])["ack", "n"])
        {
            var frame = await peer.ReadFrameAsync();
            Protocol.EnvelopeCodec.Binary.TryRead(frame.Payload, out var envelope, out _).ShouldBeTrue();
            envelope.Type.ShouldBe(type);
        }
    }

    private static Task PublishUntilStopped(RoomsApp app, out CancellationTokenSource stop)
    {
        var source = stop = new CancellationTokenSource();
        return Task.Run(async () =>
        {
            for (int i = 1; !source.IsCancellationRequested; i++)
            {
                await app.PublishAsync(i);
                if (i % 20 == 0)
                    await Task.Delay(1);
            }
        });
    }

    private static async Task<JsonElement> JsonAsync(WirePeer peer)
    {
        var frame = await peer.ReadFrameAsync();
        frame.Opcode.ShouldBe((byte)1, Encoding.UTF8.GetString(frame.Payload.Span));
        return JsonDocument.Parse(frame.Payload).RootElement;
    }
}
