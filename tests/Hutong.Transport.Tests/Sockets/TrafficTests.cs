using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Hutong.Transport.Sockets;

/// <summary>What else goes over a host's connections goes over the loops as over Kestrel's own sockets.</summary>
public class TrafficTests
{
    private const int Megabyte = 1024 * 1024;

    private static readonly byte[] Large = RandomNumberGenerator.GetBytes(8 * Megabyte);

    [Fact]
    public async Task Http_KeptAliveAndPipelined_IsAnsweredInOrder()
    {
        await using var app = await Loops.StartAsync(Map);
        await using var peer = await app.ConnectAsync();
        for (int i = 0; i < 20; i++)
            (await peer.AskAsync(Get($"/say/{i}"))).Body.ShouldBe($"{i}");
        await peer.SendAsync(Head.Bytes(string.Concat(Enumerable.Range(0, 200).Select(i => Get($"/say/{i}")))));
        for (int i = 0; i < 200; i++)
            (await peer.ReadAnswerAsync()).Body.ShouldBe($"{i}");
        // And then it becomes a WebSocket, with its first message right behind the request.
        await peer.SendAsync((byte[])[.. Head.Bytes(Head.Of()), .. BareClient.TextFrame("hello")]);
        (await peer.ReadAnswerAsync()).Status.ShouldBe(101);
        await peer.ExpectTextAsync("hello");
        await peer.CloseAsync();
        await peer.DisposeAsync();
        await Loops.UntilNoneAsync(app);
    }

    [Fact]
    public async Task Http_LargePost_ArrivesWhole()
    {
        await using var app = await Loops.StartAsync(Map);
        using var client = new HttpClient();
        for (int i = 0; i < 3; i++)
        {
            var answer = await client.PostAsync($"http://127.0.0.1:{app.Port}/hash", new ByteArrayContent(Large)).Soon();
            (await answer.Content.ReadAsStringAsync()).ShouldBe(Convert.ToHexString(SHA256.HashData(Large)));
        }
    }

    [Fact]
    public async Task Http_LargeAnswerToASlowReader_ArrivesWhole()
    {
        await using var app = await Loops.StartAsync(Map);
        using var client = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectWithASmallBufferAsync });
        await using var stream = await client.GetStreamAsync($"http://127.0.0.1:{app.Port}/large").Soon();
        byte[] received = new byte[Large.Length];
        for (int count = 0; count < received.Length;)
        {
            int more = await stream.ReadAsync(received.AsMemory(count, Math.Min(10_000, received.Length - count)), Patience.Token());
            more.ShouldBeGreaterThan(0);
            count += more;
            await Task.Yield();
        }

        received.AsSpan().SequenceEqual(Large).ShouldBeTrue();
    }

    [Fact]
    public async Task Http_ServerSentEvents_ArriveOneByOne()
    {
        await using var app = await Loops.StartAsync(Map);
        using var client = new HttpClient();
        await using var stream = await client.GetStreamAsync($"http://127.0.0.1:{app.Port}/events").Soon();
        using var reader = new StreamReader(stream);
        for (int i = 0; i < 20; i++)
        {
            (await reader.ReadLineAsync(Patience.Token())).ShouldBe($"data: {i}");
            (await reader.ReadLineAsync(Patience.Token())).ShouldBe("");
            // The next one is sent when this one has been read.
            (await client.GetStringAsync($"http://127.0.0.1:{app.Port}/next").Soon()).ShouldBe("ok");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Https_RequestsAtOnce_AreAnswered(int version)
    {
        await using var app = await Loops.StartAsync(Map, configure: builder =>
        {
            builder.WebHost.UseUrls().UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(Certificates.SelfSigned)));
        });
        var url = new UriBuilder(app.Host.Urls.Single(u => u.StartsWith("https", StringComparison.Ordinal))) { Host = "localhost" }.Uri;
        using var client = new HttpClient(new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = IsOurs } })
        {
            DefaultRequestVersion = new Version(version, version == 1 ? 1 : 0),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
            (await client.GetStringAsync(new Uri(url, $"/say/{i}"))).ShouldBe($"{i}"))).Soon();
        var answer = await client.PostAsync(new Uri(url, "/hash"), new ByteArrayContent(Large)).Soon();
        answer.Version.Major.ShouldBe(version);
        (await answer.Content.ReadAsStringAsync()).ShouldBe(Convert.ToHexString(SHA256.HashData(Large)));
        (await client.GetByteArrayAsync(new Uri(url, "/large")).Soon()).AsSpan().SequenceEqual(Large).ShouldBeTrue();
        // A WebSocket over TLS stays on Kestrel's pipes.
        await using var peer = await WirePeer.OpenAsync(url.Port, tls: true);
        await peer.EchoAsync("hello");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task UnixSocket_BesideTheLoops_IsKestrels()
    {
        string path = Path.Combine(Path.GetTempPath(), $"hutong-{Guid.NewGuid():N}.sock");
        await using var app = await Loops.StartAsync(Map, configure: builder => builder.WebHost.UseUrls().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.ListenUnixSocket(path);
        }));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        (await client.GetStringAsync("http://localhost/say/hello").Soon()).ShouldBe("hello");
        Loops.SocketsOf(app).ShouldBe(0);
        await using var peer = await WirePeer.OpenAsync(PortOf(app));
        await peer.EchoAsync("hello");
        Loops.SocketsOf(app).ShouldBe(1);
    }

    [Fact]
    public async Task AnyAddress_OverBothFamilies_IsServed()
    {
        await using var app = await Loops.StartAsync(
            a => a.MapGet("/who", (HttpContext c) => $"{c.Connection.RemoteIpAddress} {c.Connection.LocalIpAddress}"),
            configure: builder => builder.WebHost.UseUrls().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.IPv6Any, 0)));
        int port = PortOf(app);
        using var client = new HttpClient();
        (await client.GetStringAsync($"http://127.0.0.1:{port}/who").Soon()).ShouldBe("::ffff:127.0.0.1 ::ffff:127.0.0.1");
        if (Socket.OSSupportsIPv6)
            (await client.GetStringAsync($"http://[::1]:{port}/who").Soon()).ShouldBe("::1 ::1");
    }

    [Fact]
    public async Task Start_OnATakenPort_ThrowsAsKestrelDoes()
    {
        await using var app = await Loops.StartAsync(Map);
        var e = await Should.ThrowAsync<IOException>(() => Loops.StartAsync(Map, configure: builder => builder.WebHost.UseUrls($"http://127.0.0.1:{app.Port}")));
        e.InnerException.ShouldBeOfType<Microsoft.AspNetCore.Connections.AddressInUseException>();
        await using var peer = await app.OpenAsync();
        await peer.EchoAsync("still there");
    }

    [Fact]
    public async Task Stop_WithConnectionsOfBothKinds_ReleasesThePortAtOnce()
    {
        await using var app = await Loops.StartAsync(Map);
        int port = app.Port;
        await using var peer = await app.OpenAsync();
        await using var plain = await app.ConnectAsync();
        (await plain.AskAsync(Get("/say/hello"))).Body.ShouldBe("hello");
        var stopping = app.StopAsync();
        await peer.ExpectCloseAsync(1001);
        await peer.AnswerCloseAsync(1001);
        await stopping;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_WhileConnectionsCome_Ends(bool standalone)
    {
        for (int round = 0; round < 5; round++)
        {
            var logs = new LogCapture();
            var app = standalone ? null : await Loops.StartAsync(Map);
            var server = standalone ? await Loops.StartStandaloneAsync(Handlers.Echo, logs) : null;
            int port = app?.Port ?? server!.Url.Port;
            int opened = 0;
            var clients = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () => ConnectUntilRefused(port, ref opened), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
            await Patience.UntilAsync(() => Volatile.Read(ref opened) > 20, "A few connections");
            if (app is not null)
                await app.DisposeAsync();
            else
                await server!.StopAsync().Soon();
            await Task.WhenAll(clients).Soon();
            (app?.Logs ?? logs).ShouldHaveNoFaults();
        }
    }

    private static void ConnectUntilRefused(int port, ref int opened)
    {
        try
        {
            while (true)
            {
                using var client = new BareClient(port);
                client.Send(Head.Bytes(Head.Of()));
                // Or it is refused already.
                if (client.ReadHead().StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
                {
                    client.Send(BareClient.Frame(8, [0x03, 0xE8]));
                    client.ReadToEnd();
                }

                Interlocked.Increment(ref opened);
            }
        }
        catch (Exception e) when (e is SocketException or ShouldAssertException)
        {
            // The server is gone.
        }
    }

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    private static int PortOf(TestApp app) => app.Host.Urls.Where(u => u.StartsWith("http://", StringComparison.Ordinal) && !u.Contains("unix", StringComparison.Ordinal))
        .Select(u => new Uri(u).Port).First();

    private static bool IsOurs(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.GetCertHashString() == Certificates.SelfSigned.GetCertHashString();

    private static async ValueTask<Stream> ConnectWithASmallBufferAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(context.DnsEndPoint, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static void Map(WebApplication app)
    {
        var next = new SemaphoreSlim(0);
        app.MapGet("/say/{what}", async (HttpContext c, string what) =>
        {
            c.Response.ContentLength = what.Length;
            await c.Response.WriteAsync(what);
        });
        app.MapPost("/hash", async (HttpContext c) =>
            await c.Response.WriteAsync(Convert.ToHexString(await SHA256.HashDataAsync(c.Request.Body, c.RequestAborted))));
        app.MapGet("/large", (HttpContext c) => c.Response.Body.WriteAsync(Large).AsTask());
        app.MapGet("/next", () =>
        {
            next.Release();
            return "ok";
        });
        app.MapGet("/events", async (HttpContext c) =>
        {
            c.Response.ContentType = "text/event-stream";
            for (int i = 0; i < 20; i++)
            {
                await c.Response.Body.WriteAsync(Encoding.UTF8.GetBytes($"data: {i}\n\n"), c.RequestAborted);
                await c.Response.Body.FlushAsync(c.RequestAborted);
                await next.WaitAsync(c.RequestAborted);
            }
        });
        app.MapWebSocket("/ws", Handlers.Echo);
    }
}
