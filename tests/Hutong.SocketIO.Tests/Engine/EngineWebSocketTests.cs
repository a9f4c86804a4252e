using System.IO.Compression;
using Hutong.Protocol;
using Hutong.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineWebSocketTests
{
    [Fact]
    public async Task Messages_TextAndBinary_ComeBack()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();

        await peer.EchoAsync("4hello");
        await peer.EchoAsync("4");
        await peer.SendFrameAsync(2, new byte[] { 1, 2, 3, 4 });
        await peer.ExpectFrameAsync(2, new byte[] { 1, 2, 3, 4 });
        await peer.SendFrameAsync(2);
        await peer.ExpectFrameAsync(2, default);
    }

    [Fact]
    public async Task Message_InBase64_IsBytes()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();

        await peer.SendTextAsync("bAQIDBA==");

        await peer.ExpectFrameAsync(2, new byte[] { 1, 2, 3, 4 });
    }

    [Theory]
    [InlineData("abc", 1002, "parse error")]
    [InlineData("", 1002, "parse error")]
    [InlineData("b!", 1002, "parse error")]
    [InlineData("2", 1002, "transport error")]
    [InlineData("1", 1000, "transport close")]
    public async Task Packet_ThatEndsTheSession_ClosesTheWebSocket(string packet, int code, string reason)
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();

        await peer.SendTextAsync(packet);

        await peer.ExpectCloseAsync((ushort)code);
        await app.ClosesAsync(reason);
    }

    [Fact]
    public async Task Message_LargerThanThePayloadMayBe_ClosesTheWebSocket()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { MaxPayload = 100 });
        await using var peer = await app.OpenWebSocketAsync();

        await peer.EchoAsync("4" + new string('x', 99));
        await peer.SendTextAsync("4" + new string('x', 100));

        await peer.ExpectCloseAsync(1009);
        await app.ClosesAsync("transport error");
    }

    [Fact]
    public async Task Message_ThatIsNotUtf8_ClosesTheWebSocket()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();

        await peer.SendFrameAsync(1, new byte[] { (byte)'4', 0xC3 });

        await peer.ExpectCloseAsync(1007);
        await app.ClosesAsync("transport error");
    }

    [Fact]
    public async Task Client_ThatCloses_EndsTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();
        await peer.SendTextAsync("4last");

        await peer.SendCloseAsync(1005 - 4);

        await app.ClosesAsync("transport close");
        app.Events.Items.ShouldBe(["open", "text last", "close transport close"]);
    }

    [Fact]
    public async Task Client_ThatIsGone_EndsTheSession()
    {
        await using var app = await EngineApp.StartAsync();
        var peer = await app.OpenWebSocketAsync();

        peer.Reset();
        await peer.DisposeAsync();

        await app.Events.WaitForAsync(e => e.StartsWith("close transport", StringComparison.Ordinal), "the end");
    }

    [Fact]
    public async Task Close_SendsWhatWasAccepted()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();
        await app.Sockets.WaitAsync(s => s.Count == 1, "the session");
        var socket = app.Sockets.Items[0];
        for (int i = 0; i < 100; i++)
            socket.TrySend(EngineMessage.Text($"{i}")).ShouldBeTrue();

        socket.Close();

        socket.IsOpen.ShouldBeFalse();
        socket.TrySend(EngineMessage.Text("too late")).ShouldBeFalse();
        for (int i = 0; i < 100; i++)
            await peer.ExpectTextAsync($"4{i}");
        await peer.ExpectCloseAsync(1000);
        await peer.AnswerCloseAsync(1000);
        await app.ClosesAsync("forced close");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Services_OfTheRequest_LiveUntilTheHandlerOfTheEndIsThrough(bool webSocket)
    {
        Service? service = null;
        var disposedBefore = new TaskCompletionSource<bool>();
        await using var app = await EngineApp.StartAsync(
            onConnection: socket =>
            {
                service = socket.Request.Services.GetRequiredService<Service>();
                socket.OnClose = (_, _) => disposedBefore.SetResult(service.IsDisposed);
            },
            configure: b => b.Services.AddScoped<Service>());
        if (webSocket)
        {
            await using var peer = await app.OpenWebSocketAsync();
            await peer.SendTextAsync("1");
            await peer.ExpectCloseAsync(1000);
        }
        else
        {
            await app.PostCloseAsync(await app.OpenAsync());
        }

        (await disposedBefore.Task.Soon()).ShouldBeFalse();
        await Patience.UntilAsync(() => service!.IsDisposed, "the end of the services");
    }

    [Fact]
    public async Task WebSocket_WithTheIdOfAnother_IsClosed()
    {
        await using var app = await EngineApp.StartAsync();
        await using var peer = await app.OpenWebSocketAsync();
        await app.Sockets.WaitAsync(s => s.Count == 1, "the session");

        await using var second = await WirePeer.OpenAsync(app.App.Port, EngineApp.WebSocket(app.Sockets.Items[0].Id));
        await second.ExpectCloseAsync(1000);
        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(app.Sockets.Items[0].Id), 3, "Bad request");

        await peer.EchoAsync("4hello");
    }

    [Fact]
    public async Task TrySend_SeveralAtOnce_HasNothingBetweenThem()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { QueueLimit = 1 << 24 });
        await using var peer = await app.OpenWebSocketAsync();
        await app.Sockets.WaitAsync(s => s.Count == 1, "the session");
        var socket = app.Sockets.Items[0];
        const int Threads = 4, Times = 200;

        var senders = Enumerable.Range(0, Threads).Select(t => Task.Run(() =>
        {
            for (int i = 0; i < Times; i++)
            {
                if (t % 2 == 0)
                    socket.TrySend([EngineMessage.Text($"{t} {i}"), EngineMessage.Binary(new[] { (byte)t }), EngineMessage.Binary(new[] { (byte)i })]).ShouldBeTrue();
                else
                    socket.TrySend(EngineMessage.Text($"{t} {i}")).ShouldBeTrue();
            }
        })).ToList();

        var next = new int[Threads];
        for (int n = 0; n < Threads * Times; n++)
        {
            string[] text = (await peer.ReadFrameAsync()).Text[1..].Split(' ');
            int thread = int.Parse(text[0]);
            text[1].ShouldBe($"{next[thread]}");
            if (thread % 2 == 0)
            {
                await peer.ExpectFrameAsync(2, new[] { (byte)thread });
                await peer.ExpectFrameAsync(2, new[] { (byte)next[thread] });
            }

            next[thread]++;
        }

        await Task.WhenAll(senders);
    }

    [Fact]
    public async Task PerMessageDeflate_WhenAskedFor_IsAgreedOn()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { PerMessageDeflate = new PerMessageDeflateOptions() });
        await using var peer = await app.App.ConnectAsync();
        var answer = await peer.OpenAsync(Head.Of(EngineApp.WebSocket(), "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
        answer["Sec-WebSocket-Extensions"]!.ShouldStartWith("permessage-deflate");
        await peer.ReadFrameAsync();
        string text = "4" + new string('x', 5000);

        await peer.SendTextAsync(text);

        var frame = await peer.ReadFrameAsync();
        frame.Rsv.ShouldBe((byte)4);
        frame.Payload.Length.ShouldBeLessThan(100);
        using var inflate = new DeflateStream(new MemoryStream([.. frame.Payload.ToArray(), 0, 0, 255, 255]), CompressionMode.Decompress);
        byte[] plain = new byte[5001];
        await inflate.ReadExactlyAsync(plain);
        System.Text.Encoding.UTF8.GetString(plain).ShouldBe(text);
    }

    private sealed class Service : IDisposable
    {
        public volatile bool IsDisposed;

        public void Dispose() => IsDisposed = true;
    }
}
