using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Hutong.Connections;
using Hutong.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Http2;

/// <summary>WebSockets as streams of an HTTP/2 connection (RFC 8441), against the platform's client.</summary>
public sealed class Http2Tests : IAsyncLifetime
{
    private readonly ConcurrentBag<string> _ids = [];
    private readonly ConcurrentDictionary<int, WebSocketConnection> _open = new();
    private readonly SocketsHttpHandler _handler = new() { EnableMultipleHttp2Connections = false };
    private HttpMessageInvoker _invoker = null!;
    private WebApplication _app = null!;
    private string _url = "";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        _app = builder.Build();
        var options = new WebSocketEndpointOptions
        {
            Subprotocols = ["chat.v1"],
            Extensions = [new PerMessageDeflate()],
            Connection = new ConnectionOptions { MaxMessageSize = 32 * 1024 * 1024, SendQueueLimit = 128 * 1024 * 1024 },
        };
        _app.MapWebSocket(
            "/echo",
            async (ws, request) =>
            {
                _ids.Add(request.Id.Split(':')[0]);
                _open[_open.Count] = ws;
                await foreach (var m in ws.ReadAllAsync())
                    await ws.SendAsync(m);
            },
            options);
        _app.MapGet("/page", () => "a page");
        await _app.StartAsync();
        _url = _app.Urls.First().Replace("http://", "ws://", StringComparison.Ordinal);
        _invoker = new HttpMessageInvoker(_handler);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _invoker.Dispose();
    }

    [Fact]
    public async Task Echo_OverHttp2_BringsTextAndBinaryBack()
    {
        using var client = await ConnectAsync();
        foreach (int size in (int[])[0, 1, 125, 126, 65_535, 65_536, 1_000_000])
        {
            await client.SendAsync(new byte[size], WebSocketMessageType.Binary, endOfMessage: true, Soon);
            (await ReceiveAsync(client)).Data.Length.ShouldBe(size);
        }

        await client.SendAsync(Encoding.UTF8.GetBytes("你好"), WebSocketMessageType.Text, endOfMessage: true, Soon);
        var (type, data) = await ReceiveAsync(client);
        type.ShouldBe(WebSocketMessageType.Text);
        Encoding.UTF8.GetString(data).ShouldBe("你好");
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Soon);
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
    }

    [Fact]
    public async Task Echo_OfMoreThanTheFlowControlWindow_ArrivesWhole()
    {
        using var client = await ConnectAsync();
        byte[] message = new byte[16 * 1024 * 1024];
        new Random(1).NextBytes(message);
        var receiving = ReceiveAsync(client);
        await client.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, Soon);
        (await receiving).Data.AsSpan().SequenceEqual(message).ShouldBeTrue();
    }

    [Fact]
    public async Task ManyWebSockets_ShareOneConnection_AndDoNotDisturbEachOther()
    {
        var clients = new List<ClientWebSocket>();
        for (int i = 0; i < 50; i++)
            clients.Add(await ConnectAsync());
        _ids.Distinct(StringComparer.Ordinal).Count().ShouldBe(1, "all are streams of one connection");

        // One goes away without a word, one is cut by the server; the others go on.
        clients[0].Abort();
        _open[1].Abort();
        await Task.WhenAll(clients.Skip(2).Select(async (client, i) =>
        {
            byte[] message = Encoding.UTF8.GetBytes($"message {i}");
            for (int round = 0; round < 20; round++)
            {
                await client.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, Soon);
                (await ReceiveAsync(client)).Data.ShouldBe(message);
            }

            await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Soon);
        }));
        (await _open[0].Closed.WaitAsync(Soon)).Code.ShouldBe(CloseCode.Abnormal);
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task Subprotocol_AndCompression_AreAgreedOn()
    {
        using var client = await ConnectAsync(o =>
        {
            o.AddSubProtocol("chat.v2");
            o.AddSubProtocol("chat.v1");
            o.DangerousDeflateOptions = new WebSocketDeflateOptions();
        });
        client.SubProtocol.ShouldBe("chat.v1");
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"type\":\"tick\"}", 1000)));
        await client.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, Soon);
        (await ReceiveAsync(client)).Data.ShouldBe(text);
        _open[0].Statistics.BytesReceived.ShouldBeLessThan(2000);
        _open[0].Statistics.BytesSent.ShouldBeLessThan(2000);
    }

    [Fact]
    public async Task Close_ByTheServer_ReachesTheClient()
    {
        using var client = await ConnectAsync();
        await WaitForAsync(() => _open.Count == 1);
        var closing = _open[0].CloseAsync((CloseCode)4001, "enough");
        (await client.ReceiveAsync(new byte[10], Soon)).MessageType.ShouldBe(WebSocketMessageType.Close);
        ((int)client.CloseStatus!).ShouldBe(4001);
        client.CloseStatusDescription.ShouldBe("enough");
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Soon);
        (await closing.WaitAsync(Soon)).WasClean.ShouldBeTrue();
    }

    [Fact]
    public async Task Shutdown_ClosesWithGoingAway()
    {
        using var client = await ConnectAsync();
        var stopping = _app.StopAsync(Soon);
        (await client.ReceiveAsync(new byte[10], Soon)).MessageType.ShouldBe(WebSocketMessageType.Close);
        client.CloseStatus.ShouldBe(WebSocketCloseStatus.EndpointUnavailable);
        await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Soon);
        await stopping;
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden, "origin_not_allowed")]
    [InlineData("Sec-WebSocket-Version", "8", HttpStatusCode.UpgradeRequired, "unsupported_version")]
    [InlineData("Sec-WebSocket-Protocol", "a,a", HttpStatusCode.BadRequest, "invalid_subprotocols")]
    public async Task Connect_ThatIsMalformed_IsRefused(string header, string value, HttpStatusCode status, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Connect, _url.Replace("ws://", "http://", StringComparison.Ordinal) + "/echo")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Protocol = "websocket";
        if (header != "Sec-WebSocket-Version")
            request.Headers.TryAddWithoutValidation("Sec-WebSocket-Version", "13");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await _invoker.SendAsync(request, Soon);
        response.StatusCode.ShouldBe(status);
        (await response.Content.ReadAsStringAsync(Soon)).ShouldContain(code);
    }

    [Fact]
    public async Task Pages_OnTheSameConnection_AreServedBeside()
    {
        using var client = await ConnectAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, _url.Replace("ws://", "http://", StringComparison.Ordinal) + "/page")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using var response = await _invoker.SendAsync(request, Soon);
        (await response.Content.ReadAsStringAsync(Soon)).ShouldBe("a page");
    }

    private static async Task<(WebSocketMessageType Type, byte[] Data)> ReceiveAsync(ClientWebSocket client)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (true)
        {
            var result = await client.ReceiveAsync(buffer, Soon);
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return (result.MessageType, message.ToArray());
        }
    }

    private static async Task WaitForAsync(Func<bool> condition)
    {
        var until = Soon;
        while (!condition())
        {
            until.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<ClientWebSocket> ConnectAsync(Action<ClientWebSocketOptions>? configure = null)
    {
        var client = new ClientWebSocket();
        client.Options.HttpVersion = HttpVersion.Version20;
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        configure?.Invoke(client.Options);
        int before = _open.Count;
        await client.ConnectAsync(new Uri(_url + "/echo"), _invoker, Soon);
        await WaitForAsync(() => _open.Count > before);
        return client;
    }
}
