using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hutong.Connections;
using Hutong.Server;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Transport.Sockets;

/// <summary>
/// Thousands of connections that end in every way, and none is left behind. The environment variable <c>HUTONG_STRESS</c> says how many; the whole
/// is 100,000.
/// </summary>
[Collection(nameof(Alone))]
public class StressTests
{
    private const int Threads = 4;

    // A source address has some 28,000 ports, which stay taken for a while.
    private const int ConnectionsPerAddress = 5000;

    private static readonly int Connections = int.Parse(Environment.GetEnvironmentVariable("HUTONG_STRESS") ?? "5000", CultureInfo.InvariantCulture);
    private static readonly byte[] Hello = BareClient.TextFrame("hello");
    private static readonly byte[] Flood = BareClient.TextFrame("flood");
    private static readonly byte[] Cut = BareClient.TextFrame("cut");
    private static readonly byte[] Close = BareClient.Frame(8, [0x03, 0xE8]);
    private static readonly byte[] Request = Head.Bytes(Head.Of("/ws"));
    private static readonly byte[] Page = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray();
    private static readonly byte[] Block = new byte[64 * 1024];

    private int _open;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HandOver_ConnectionsThatEndInAnyWay_LeaveNothingBehind(bool keepsRequest)
    {
        await using var app = await Loops.StartAsync(
            a => a.MapWebSocket("/ws", Handle, new WebSocketEndpointOptions { KeepRequestOpen = keepsRequest }));
        await StressAsync(app.Port, Connections / 4, async () => await Loops.UntilNoneAsync(app));
        app.Logs.ShouldHaveNoFaults();
    }

    [Fact]
    public async Task Shortcut_ConnectionsThatEndInAnyWay_LeaveNothingBehind()
    {
        var logs = new LogCapture();
        await using var server = await Loops.StartStandaloneAsync(Handle, logs);
        await StressAsync(server.Url.Port, Connections / 2, () => Patience.UntilAsync(() => server.Clients.Count == 0, "The end of every client"));
        logs.ShouldHaveNoFaults();
    }

    /// <summary>The kinds of the process's descriptors; without its files and pipes, which the runtime opens when it loads code.</summary>
    private static List<string> Descriptors() =>
    [
        .. Directory.GetFileSystemEntries("/proc/self/fd")
            .Select(f => (new FileInfo(f).LinkTarget ?? "").Split(':')[0])
            .Where(kind => kind is "socket" or "anon_inode"),
    ];

    private async Task StressAsync(int port, int connections, Func<Task> untilNone)
    {
        // What the runtime opens once is open before the count.
        Run(port, seed: -1, connections: 200);
        await UntilSettledAsync();
        var before = Descriptors();
        var threads = Enumerable.Range(0, Threads).Select(t => Task.Factory.StartNew(
            () => Run(port, t, connections / Threads), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(threads);
        await UntilSettledAsync();
        try
        {
            await Patience.UntilAsync(() => Descriptors().Count <= before.Count, "The closing of every descriptor");
        }
        catch (TimeoutException)
        {
            // Says what is left.
        }

        Descriptors().ShouldBe(before, ignoreOrder: true);

        async Task UntilSettledAsync()
        {
            await untilNone();
            await Patience.UntilAsync(() => Volatile.Read(ref _open) == 0, "The end of every WebSocket");
            await Patience.UntilAsync(() => !HasConnections(port), "The closing of every socket");
        }
    }

    // Those of the kernel that nobody has closed yet: in states from established to close-wait, the listening one apart.
    private static bool HasConnections(int port)
    {
        string local = $":{port:X4}";
        return File.ReadLines("/proc/net/tcp").Skip(1)
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Any(f => f[1].EndsWith(local, StringComparison.Ordinal) && f[3] is "01" or "08");
    }

    private static void Run(int port, int seed, int connections)
    {
        var random = new Random(seed);
        for (int i = 0; i < connections; i++)
        {
            var from = new IPAddress([127, 0, (byte)(2 + seed), (byte)(1 + (i / ConnectionsPerAddress))]);
            using var client = new BareClient(port, from);
            try
            {
                Live(client, random);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
            {
                // The server was quicker.
            }
        }
    }

    private static void Live(BareClient client, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                return;
            case 1:
                client.Reset();
                return;
            case 2:
                client.Send(Request.AsSpan(0, random.Next(1, Request.Length)));
                End(client, random);
                return;
            case 3:
                client.Send(Request);
                End(client, random);
                return;
            case 4:
                client.Send([.. Request, .. Hello, .. Close]);
                client.ReadToEnd();
                return;
            case 5:
                int half = random.Next(1, Request.Length);
                client.Send(Request.AsSpan(0, half));
                client.Send(Request.AsSpan(half));
                client.ReadHead().ShouldStartWith("HTTP/1.1 101");
                break;
            case 6:
                client.Send(Page);
                End(client, random);
                return;
            default:
                client.Open();
                break;
        }

        Converse(client, random);
    }

    private static void Converse(BareClient client, Random random)
    {
        client.Send(Hello);
        if (random.Next(2) == 0)
            client.Skip(Hello.Length - 4);
        switch (random.Next(6))
        {
            case 0:
            case 1:
                client.Send(Close);
                client.ReadToEnd();
                break;
            case 2:
                client.Send(Cut);
                client.ReadToEnd();
                break;
            case 3:
                // Never reads.
                client.Send(Flood);
                client.Send(Flood);
                client.Socket.Poll(-1, SelectMode.SelectRead);
                End(client, random);
                break;
            default:
                End(client, random);
                break;
        }
    }

    private static void End(BareClient client, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                client.Reset();
                break;
            case 1:
                client.Socket.Shutdown(SocketShutdown.Send);
                client.ReadToEnd();
                break;
        }
    }

    private Task Handle(WebSocketConnection connection)
    {
        Interlocked.Increment(ref _open);
        connection.OnClose = (_, _) => Interlocked.Decrement(ref _open);
        connection.OnMessage = static (c, m) =>
        {
            if (m.Data.Span.SequenceEqual("cut"u8))
                c.Abort();
            else if (m.Data.Span.SequenceEqual("flood"u8))
                while (c.TrySend(Block))
                    continue;
            else
                c.TrySend(m);
        };
        return Task.CompletedTask;
    }
}
