using System.Text;
using System.Threading.Channels;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Client.Managed;

/// <summary>Servers that mean no good, byte by byte, over real sockets.</summary>
public class HostileTests
{
    [Fact]
    public async Task Server_ThatDropsAfterEveryFewMessages_GetsAllOfThemOnce()
    {
        var seen = Channel.CreateUnbounded<string>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            for (int i = 0; i < 3; i++)
            {
                var message = ClientMessage.Parse((await session.Peer.ReadFrameAsync(Await.Token)).Payload.Span, isText: true);
                bool isNew;
                lock (done)
                    isNew = done.Add(message.Id!);
                if (isNew)
                    seen.Writer.TryWrite(message.Payload!.Value.GetRawText());
                // The last answer is lost with the connection.
                if (i < 2)
                    await session.Peer.SendTextAsync($$"""{"type":"ack","id":"{{message.Id}}"}""");
            }

            session.Reset();
        });
        await using var client = new WebSocketClient(server.Url, Hasty);

        await Task.WhenAll(Enumerable.Range(1, 20).Select(n => client.RequestAsync("work", n))).Soon();

        seen.Writer.Complete();
        (await seen.Reader.ReadAllAsync(Await.Token).ToListAsync()).ShouldBe(Enumerable.Range(1, 20).Select(n => n.ToString()));
    }

    [Fact]
    public async Task Server_ThatFallsSilent_IsLeftAfterTheProbe()
    {
        var time = new ManualTimeProvider();
        int connections = 0;
        var probed = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            if (Interlocked.Increment(ref connections) > 1)
                return;
            await session.Peer.ExpectTextAsync("""{"type":"ping"}""", Await.Token);
            probed.SetResult();
            await session.Peer.ExpectCloseAsync(4000, cancellationToken: Await.Token);
        });
        var client = new WebSocketClient(server.Url, Hasty with { TimeProvider = time });
        var states = Watch(client);
        await states.UntilAsync("Open");

        time.Advance(TimeSpan.FromSeconds(25));
        await probed.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(20));
        await states.UntilAsync("Waiting");
        client.Error!.Code.ShouldBe("heartbeat_timeout");
        time.Advance(TimeSpan.Zero);
        await states.UntilAsync("Open");
        await server.ScriptDone.Soon();
        await EndAsync(client, time);
    }

    [Fact]
    public async Task Server_ThatDribblesOneByteAtATime_IsAlive()
    {
        var time = new ManualTimeProvider();
        var more = Channel.CreateUnbounded<int>();
        var sent = Channel.CreateUnbounded<int>();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            byte[] frame = RawFrame.Encode(1, Encoding.UTF8.GetBytes(new string('x', 100)));
            foreach (byte b in frame)
            {
                await session.Peer.SendAsync(new[] { b });
                sent.Writer.TryWrite(0);
                await more.Reader.ReadAsync(Await.Token);
            }
        });
        var client = new WebSocketClient(server.Url, Hasty with { TimeProvider = time });
        var states = Watch(client);
        await states.UntilAsync("Open");
        for (int i = 0; i < 10; i++)
        {
            await sent.Reader.ReadAsync(Await.Token);
            await ReceivedAsync(client, i + 1);
            // A probe goes out, and the next byte is what answers it.
            time.Advance(TimeSpan.FromSeconds(15));
            more.Writer.TryWrite(0);
        }

        client.State.ShouldBe(ClientState.Open);
        for (int i = 0; i < 200; i++)
            more.Writer.TryWrite(0);
        await EndAsync(client, time);
    }

    [Theory]
    [InlineData("ff00", 1002)]
    [InlineData("8101ff", 1007)]
    [InlineData("83ff7fffffffffffffff", 1002)]
    public async Task Server_ThatSendsBadFrames_IsLeftAndAskedAgain(string hex, int code)
    {
        int connections = 0;
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            if (Interlocked.Increment(ref connections) > 1)
                return;
            await session.Peer.SendHexAsync(hex);
            await session.Peer.ExpectCloseAsync((ushort)code, cancellationToken: Await.Token);
            await session.Peer.DisposeAsync();
        });
        await using var client = new WebSocketClient(server.Url, Hasty);
        var states = Watch(client);

        await states.UntilAsync("Waiting");
        await states.UntilAsync("Open");
        await server.ScriptDone.Soon();
    }

    [Fact]
    public async Task Server_ThatAcceptsTooSlowly_IsGivenUp()
    {
        var time = new ManualTimeProvider();
        var asked = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            asked.TrySetResult();
        });
        var client = new WebSocketClient(server.Url, new() { TimeProvider = time, ConnectTimeout = TimeSpan.FromSeconds(4) });
        var states = Watch(client);
        await asked.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(4));
        await states.UntilAsync("Waiting");
        client.Error!.Code.ShouldBe("connect_timeout");
        await EndAsync(client, time);
    }

    [Fact]
    public async Task Server_ThatRefusesForAWhile_IsAskedWhenItSaid()
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n");
        });
        var client = new WebSocketClient(server.Url, new() { TimeProvider = time, Random = new ListRandom(0) });
        var states = Watch(client);
        await states.UntilAsync("Waiting");
        (client.RetryAt - time.GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(120));
        await EndAsync(client, time);
    }

    [Theory]
    [InlineData("401 Unauthorized", "auth_failed")]
    [InlineData("403 Forbidden", "refused")]
    public async Task Server_ThatRefusesTheToken_IsFinal_AndTheTokenIsNowhere(string status, string code)
    {
        string? header = null;
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            header = session.Header("Authorization");
            await session.Peer.SendHttpAsync($"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        });
        await using var client = new WebSocketClient(server.Url, Hasty with { Auth = new("s3cret") { Via = TokenVia.Header } });
        var said = new List<string>();
        client.Closed += e => said.Add(e.ToString());
        var states = Watch(client);
        await states.UntilAsync("Failed");
        header.ShouldBe("Bearer s3cret");
        client.Error!.Code.ShouldBe(code);
        said.Add(client.Error.ToString());
        said.Add(client.Url.ToString());
        said.ShouldAllBe(s => !s.Contains("s3cret"));
    }

    [Fact]
    public async Task Server_ThatRestartsWithAdvice_IsObeyed()
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendCloseAsync(1012, "after=7000");
            await session.Peer.ExpectCloseAsync(1012, cancellationToken: Await.Token);
            await session.Peer.DisposeAsync();
        });
        var client = new WebSocketClient(server.Url, new() { TimeProvider = time, Random = new ListRandom(0) });
        var states = Watch(client);
        await states.UntilAsync("Waiting");
        (client.RetryAt - time.GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(7));
        await EndAsync(client, time);
    }

    [Fact]
    public async Task Close_OfAServerThatDoesNotAnswer_EndsInTime()
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(session => session.OpenAsync());
        var client = new WebSocketClient(server.Url, new() { TimeProvider = time });
        var states = Watch(client);
        await states.UntilAsync("Open");
        var closed = client.CloseAsync();
        client.State.ShouldBe(ClientState.Closed);
        await EndAsync(client, time);
        await closed.Soon();
        client.ReadyState.ShouldBe(ReadyState.Closed);
        await client.DisposeAsync();
    }

    private static WebSocketClientOptions Hasty => new() { Reconnect = new() { Base = TimeSpan.Zero } };

    private static StateWatch Watch(WebSocketClient client) => new(client);

    /// <summary>Closes in virtual time, whatever the server does.</summary>
    private static async Task EndAsync(WebSocketClient client, ManualTimeProvider time)
    {
        var closed = client.CloseAsync();
        while (!closed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await closed.Soon();
        // The connection's wheel stops at its next turn, when it finds nothing to do.
        time.Advance(TimeSpan.FromMinutes(1));
        time.ActiveTimers.ShouldBe(0);
    }

    private static async Task ReceivedAsync(WebSocketClient client, int more)
    {
        while (client.Core.Link.Socket is { } socket && socket.BytesReceived < more)
            await Task.Yield();
    }
}
