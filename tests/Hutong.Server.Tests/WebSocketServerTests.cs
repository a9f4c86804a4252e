using System.Net;
using System.Net.WebSockets;
using System.Text;
using Hutong.Connections;
using Hutong.Server.Tests.Support;

namespace Hutong.Server.Tests;

public class WebSocketServerTests
{
    const string Any = "ws://127.0.0.1:0";

    [Fact]
    public async Task StartAsync_OneLine_Serves()
    {
        await using var server = await WebSocketServer.StartAsync("ws://localhost:0", async ws => { await foreach (var m in ws.ReadAllAsync()) await ws.SendAsync(m); });
        server.Url.Port.ShouldBeGreaterThan(0);
        server.Url.Scheme.ShouldBe("ws");
        using var client = new ClientWebSocket();
        await client.ConnectAsync(server.Url, Patience.Token());
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Patience.Token());
        byte[] buffer = new byte[100];
        var got = await client.ReceiveAsync(buffer, Patience.Token());
        Encoding.UTF8.GetString(buffer, 0, got.Count).ShouldBe("hello");
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", Patience.Token());
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task StartAsync_WithTls_Serves()
    {
        await using var server = await WebSocketServer.StartAsync(
            "wss://127.0.0.1:0/secure", Handlers.Tell(r => r.Scheme), new WebSocketServerOptions { Certificate = Certificates.SelfSigned });
        server.Url.Scheme.ShouldBe("wss");
        await using var peer = await WirePeer.OpenAsync(server.Url.Port, "/secure", tls: true);
        await peer.ExpectTextAsync("wss");
        await peer.CloseAsync();
        using var client = new ClientWebSocket();
        client.Options.RemoteCertificateValidationCallback =
            (_, certificate, _, _) => certificate?.GetCertHashString() == Certificates.SelfSigned.GetCertHashString();
        await client.ConnectAsync(server.Url, Patience.Token());
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Patience.Token());
        client.State.ShouldBe(WebSocketState.Closed);
    }

    [Theory]
    [InlineData("", "/", 101)]
    [InlineData("", "/any/where?x=1", 101)]
    [InlineData("/", "/any", 101)]
    [InlineData("/chat", "/chat", 101)]
    [InlineData("/chat", "/chat?x=1", 101)]
    [InlineData("/chat", "/", 404)]
    [InlineData("/chat", "/chat/more", 404)]
    [InlineData("/rooms/{room}", "/rooms/blue", 101)]
    public async Task StartAsync_Path_RestrictsWhatIsServed(string path, string asked, int status)
    {
        await using var server = await WebSocketServer.StartAsync(Any + path, Handlers.Echo);
        await using var peer = await WirePeer.ConnectAsync(server.Url.Port);
        var answer = await peer.AskAsync(Head.Of(asked));
        answer.Status.ShouldBe(status);
        answer["Server"].ShouldBeNull();
    }

    [Fact]
    public async Task StartAsync_AllInterfaces_ServesTheLoopbackToo()
    {
        await using var server = await WebSocketServer.StartAsync("ws://*:0", Handlers.Echo);
        await using var peer = await WirePeer.OpenAsync(server.Url.Port);
        await peer.EchoAsync("hello");
    }

    [Fact]
    public async Task StartAsync_AddressInUse_ThrowsIOException()
    {
        await using var server = await WebSocketServer.StartAsync(Any, Handlers.Echo);
        var thrown = await Should.ThrowAsync<IOException>(() => WebSocketServer.StartAsync($"ws://127.0.0.1:{server.Url.Port}", Handlers.Echo));
        thrown.Message.ShouldContain(server.Url.Port.ToString());
        await using var peer = await WirePeer.OpenAsync(server.Url.Port);
        await peer.EchoAsync("the first is well");
    }

    [Fact]
    public async Task StartAsync_WrongArguments_Throws()
    {
        await Should.ThrowAsync<ArgumentNullException>(() => WebSocketServer.StartAsync(null!, Handlers.Echo));
        await Should.ThrowAsync<ArgumentNullException>(() => WebSocketServer.StartAsync(Any, (Func<WebSocketConnection, WebSocketRequest, Task>)null!));
        await Should.ThrowAsync<ArgumentException>(() => WebSocketServer.StartAsync("nowhere", Handlers.Echo));
        await Should.ThrowAsync<ArgumentException>(() => WebSocketServer.StartAsync("wss://127.0.0.1:0", Handlers.Echo));
        await Should.ThrowAsync<ArgumentException>(() => WebSocketServer.StartAsync(
            Any, Handlers.Echo, new WebSocketServerOptions { Endpoint = new WebSocketEndpointOptions { AllowedOrigins = ["x"] } }));
        await Should.ThrowAsync<OperationCanceledException>(() => WebSocketServer.StartAsync(Any, Handlers.Echo, null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task StartAsync_Twice_ServesBothInOneProcess()
    {
        await using var one = await WebSocketServer.StartAsync(Any, Handlers.Tell(_ => "one"));
        await using var two = await WebSocketServer.StartAsync(Any, Handlers.Tell(_ => "two"));
        await using var first = await WirePeer.OpenAsync(one.Url.Port);
        await using var second = await WirePeer.OpenAsync(two.Url.Port);
        await first.ExpectTextAsync("one");
        await second.ExpectTextAsync("two");
        await one.StopAsync(new CancellationToken(canceled: true)).Soon();
        await second.SendFrameAsync(9);
        await second.ExpectFrameAsync(10, default);
    }

    [Fact]
    public async Task Clients_WhoComeAndGo_AreCounted()
    {
        var left = new SemaphoreSlim(0);
        await using var server = await WebSocketServer.StartAsync(Any, async ws =>
        {
            await Handlers.EchoAsync(ws);
            await ws.Closed;
            left.Release();
        });
        server.Clients.ShouldBeEmpty();
        await using var one = await WirePeer.OpenAsync(server.Url.Port);
        await using var two = await WirePeer.OpenAsync(server.Url.Port);
        await one.EchoAsync("in");
        await two.EchoAsync("in");
        server.Clients.Count.ShouldBe(2);
        await one.CloseAsync();
        (await left.WaitAsync(Patience.Span)).ShouldBeTrue();
        server.Clients.Count.ShouldBe(1);
        two.Reset();
        (await left.WaitAsync(Patience.Span)).ShouldBeTrue();
        server.Clients.ShouldBeEmpty();
    }

    [Fact]
    public async Task BroadcastAsync_SlowAndClosingClients_WaitsForTheOneAndLeavesOutTheOther()
    {
        const int Size = 300_000;
        await using var server = await WebSocketServer.StartAsync(
            Any,
            ws => ws.SendAsync("in").AsTask(),
            new WebSocketServerOptions { Endpoint = new() { Connection = new ConnectionOptions { SendQueueLimit = Size * 2 } } });
        await using var fast = await WirePeer.OpenAsync(server.Url.Port);
        await using var slow = await WirePeer.OpenAsync(server.Url.Port, receiveBuffer: 4096);
        await using var closing = await WirePeer.OpenAsync(server.Url.Port, receiveBuffer: 4096);
        foreach (var peer in (WirePeer[])[fast, slow, closing])
            await peer.ExpectTextAsync("in");

        // As many as the kernel, the server and the queue cannot hold for those who do not read.
        const int Count = 40;
        string big = new('x', Size);
        var broadcasting = Task.Run(async () =>
        {
            for (int i = 0; i < Count; i++)
                await server.BroadcastAsync(big);
        });
        await fast.ExpectTextAsync(big);
        await fast.ExpectTextAsync(big);
        broadcasting.IsCompleted.ShouldBeFalse();
        closing.Reset();
        var reading = Task.Run(async () =>
        {
            for (int i = 2; i < Count; i++)
                await fast.ExpectTextAsync(big);
        });
        for (int i = 0; i < Count; i++)
            await slow.ExpectTextAsync(big);
        await broadcasting.Soon();
        await reading.Soon();
        await server.BroadcastAsync(PreparedMessage.Binary("bytes"u8));
        await fast.ExpectFrameAsync(2, "bytes"u8.ToArray());
    }

    [Fact]
    public async Task BroadcastAsync_CancelledWhileItWaits_ThrowsAndLeavesTheConnections()
    {
        await using var server = await WebSocketServer.StartAsync(
            Any,
            ws => ws.SendAsync("in").AsTask(),
            new WebSocketServerOptions
            {
                ShutdownTimeout = TimeSpan.Zero,
                Endpoint = new() { Connection = new ConnectionOptions { SendQueueLimit = 1024 } },
            });
        await using var slow = await WirePeer.OpenAsync(server.Url.Port, receiveBuffer: 4096);
        await slow.ExpectTextAsync("in");
        using var cancel = new CancellationTokenSource();
        // One that is sure not to fit into the kernel's buffers, one that waits behind it.
        await server.BroadcastAsync(new string('x', 20_000_000));
        var waiting = server.BroadcastAsync("y", cancel.Token);
        waiting.IsCompleted.ShouldBeFalse();
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting.Soon());
        server.Clients.Count.ShouldBe(1);
    }

    [Fact]
    public async Task StopAsync_AgainAndAtOnce_AllWaitForTheSameEnd()
    {
        // An address that no other test listens at: once the server is gone, its port must stay free.
        var address = OperatingSystem.IsLinux() ? IPAddress.Parse("127.0.0.2") : IPAddress.Loopback;
        var server = await WebSocketServer.StartAsync($"ws://{address}:0", Handlers.Echo);
        int port = server.Url.Port;
        await using var peer = await WirePeer.ConnectAsync(port, address: address);
        await peer.OpenAsync(Head.Of());
        await peer.EchoAsync("in");
        var first = server.StopAsync();
        var second = server.StopAsync();
        var third = server.DisposeAsync().AsTask();
        await peer.ExpectCloseAsync(1001);
        // The client has not answered: nobody may think that it is over.
        new[] { first, second, third }.ShouldAllBe(t => !t.IsCompleted);
        await peer.AnswerCloseAsync(1001);
        await Task.WhenAll(first, second, third).Soon();
        await server.StopAsync();
        await server.DisposeAsync();
        await Should.ThrowAsync<System.Net.Sockets.SocketException>(() => WirePeer.ConnectAsync(port, address: address));
        await using var again = await WebSocketServer.StartAsync($"ws://{address}:{port}", Handlers.Echo);
    }

    [Fact]
    public async Task StopAsync_SecondCallThatIsCancelled_CutsAtOnce()
    {
        await using var server = await WebSocketServer.StartAsync(
            Any,
            Handlers.Echo,
            new WebSocketServerOptions { ShutdownTimeout = TimeSpan.FromHours(1), Endpoint = new() { Connection = new ConnectionOptions { CloseTimeout = TimeSpan.FromHours(1) } } });
        await using var silent = await WirePeer.OpenAsync(server.Url.Port);
        await silent.EchoAsync("in");
        var stopping = server.StopAsync();
        await silent.ExpectCloseAsync(1001);
        await server.StopAsync(new CancellationToken(canceled: true)).Soon();
        await stopping.Soon();
        await silent.ExpectGoneAsync();
    }

    [Fact]
    public async Task WaitForShutdownAsync_Cancelled_Stops()
    {
        await using var server = await WebSocketServer.StartAsync(Any, Handlers.Echo);
        await using var peer = await WirePeer.OpenAsync(server.Url.Port);
        using var stop = new CancellationTokenSource();
        var waiting = server.WaitForShutdownAsync(stop.Token);
        await peer.EchoAsync("still served");
        waiting.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();
        await peer.ExpectCloseAsync(1001);
        await peer.AnswerCloseAsync(1001);
        await waiting.Soon();
    }
}
