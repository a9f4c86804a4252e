using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Text;
using Hutong.Connections;
using Hutong.Server.Tests.Support;
using Hutong.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Server.Tests.Abuse;

[CollectionDefinition("Abuse", DisableParallelization = true)]
[SuppressMessage("Naming", "CA1711", Justification = "xUnit calls it so.")]
public sealed class AbuseCollection;

/// <summary>Clients that mean harm, and what they cost the others.</summary>
[Collection("Abuse")]
public class AbuseTests
{
    // What the kernel may hold in both directions, with room to spare. A server without bounds would take all of what is offered.
    const long Bound = 64L * 1024 * 1024;
    const long Offered = 512L * 1024 * 1024;

    [Fact]
    public async Task Handshakes_ThatDawdle_AreCutAndOthersServed()
    {
        await using var app = await TestApp.StartAsync(
            a => a.MapWebSocket("/ws", Handlers.Echo),
            b => b.Services.AddHutong(new ServerOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(300) }));
        await using var good = await app.OpenAsync();
        var slow = new List<WirePeer>();
        byte[] head = Head.Bytes(Head.Of());
        for (int i = 0; i < 100; i++)
        {
            slow.Add(await app.ConnectAsync());
            await slow[i].SendAsync(head.AsMemory(0, 1 + i));
        }

        var cut = Task.WhenAll(slow.Select(async peer =>
        {
            (await peer.ReadAnswerAsync()).Status.ShouldBe(408);
            await peer.ExpectGoneAsync();
            await peer.DisposeAsync();
        }));
        while (!cut.IsCompleted)
            await good.EchoAsync("served");
        await cut;
        await good.CloseAsync();
    }

    [Fact]
    public async Task Frame_OfOneByteASecond_IsToleratedUntilNothingComes()
    {
        var clock = new ManualTimeProvider();
        WebSocketConnection? connection = null;
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws",
            ws =>
            {
                connection = ws;
                return Handlers.Echo(ws);
            },
            new WebSocketEndpointOptions { Connection = new ConnectionOptions { TimeProvider = clock } }));
        await using var peer = await app.OpenAsync();
        byte[] frame = RawFrame.Encode(2, new byte[1000], maskKey: 1);
        for (int i = 0; i < 120; i++)
        {
            await peer.SendAsync(frame.AsMemory(i, 1));
            await Patience.UntilAsync(() => connection?.Statistics.BytesReceived == i + 1, "the byte's arrival");
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        connection!.IsOpen.ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(26));
        await peer.ExpectFrameAsync(9, default);
        clock.Advance(TimeSpan.FromSeconds(21));
        await peer.ExpectGoneAsync();
        (await connection.Closed.Soon()).Error!.Code.ShouldBe("keep_alive_timeout");
    }

    [Theory]
    [InlineData("/echo", 2, 60_000)]
    [InlineData("/echo", 1, 1)]
    [InlineData("/echo-async", 2, 60_000)]
    [InlineData("/echo-async", 1, 100)]
    [InlineData("/echo", 9, 125)]
    [InlineData("/echo", 9, 0)]
    public async Task Client_ThatNeverReads_IsBounded(string path, byte opcode, int size)
    {
        await using var app = await TestApp.StartAsync(a => EchoServers.Map(a, ConnectionOptions.Default));
        await using var good = await app.OpenAsync("/echo");
        await using var bad = await app.OpenAsync(path);
        byte[] frame = RawFrame.Encode(opcode, Enumerable.Repeat((byte)'x', size).ToArray(), maskKey: 0x01020304);
        byte[] batch = [.. Enumerable.Repeat(frame, Math.Max(1, 60_000 / frame.Length)).SelectMany(f => f)];
        long taken = 0;
        long offered = Offered / batch.Length * batch.Length;
        using var enough = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            while (Volatile.Read(ref taken) < offered)
            {
                await bad.Stream.WriteAsync(batch, enough.Token);
                Interlocked.Add(ref taken, batch.Length);
            }
        });

        // It is stuck when nothing more is taken while others are served.
        for (int still = 0; still < 10 && !sending.IsCompleted;)
        {
            long before = Volatile.Read(ref taken);
            for (int i = 0; i < 50; i++)
                await good.EchoAsync("served");
            still = Volatile.Read(ref taken) == before && before > 0 ? still + 1 : 0;
        }

        sending.IsCompleted.ShouldBeFalse();
        Volatile.Read(ref taken).ShouldBeLessThan(Bound);
        // And no harm done: once it reads, all of its answers come.
        byte answer = (byte)(opcode == 9 ? 10 : opcode);
        long owed = Volatile.Read(ref taken) / frame.Length;
        for (long i = 0; i < Math.Min(owed, 20_000); i++)
        {
            var got = await bad.ReadFrameAsync();
            (got.Opcode, got.Payload.Length).ShouldBe((answer, size));
        }

        await good.CloseAsync();
        await enough.CancelAsync();
        bad.Reset();
        await Should.ThrowAsync<Exception>(() => sending.Soon());
        // It was not being read when it vanished, and must be missed all the same; and it is nobody's fault but its own.
        await app.Logs.Lines.WaitAsync(lines => lines.Count(l => l.Message.Contains("closed with")) == 2, "the end of both connections");
        Complaints(app).ShouldBeEmpty();
    }

    [Fact]
    public async Task Garbage_OnTwoThousandConnections_HarmsNobodyElse()
    {
        await using var app = await TestApp.StartAsync(a => EchoServers.Map(a));
        await using var good = await app.OpenAsync("/echo");
        var storm = Parallel.ForAsync(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await ThrowGarbageAsync(app, i));
        int echoes = 0;
        while (!storm.IsCompleted)
            await good.EchoAsync($"echo {echoes++}");
        await storm;
        await good.EchoAsync("after the storm");
        await good.CloseAsync();
        app.Logs.Lines.Items.Where(l => l.Level >= LogLevel.Error).Select(l => l.Everything).ShouldBeEmpty();
    }

    [Fact]
    public async Task Resets_AtEveryStage_LeaveNoConnectionCounted()
    {
        const string Route = "/storm";
        const int Rounds = 150;
        using var metrics = new MetricCapture(Route);
        var unobserved = new Recorder<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            await using (var app = await TestApp.StartAsync(
                a => a.MapWebSocket(Route, Handlers.EchoAsync),
                b => b.Services.AddHutong(new ServerOptions { MaxConnections = Rounds })))
            {
                for (int stage = 0; stage < 5; stage++)
                {
                    int at = stage;
                    await Parallel.ForAsync(0, Rounds, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) => await ResetAsync(app, Route, at, i));
                    // In three of the stages they were open, and all of them must have been counted out again.
                    if (stage >= 2)
                        await metrics.WaitForBalanceAsync((stage - 1) * Rounds);
                }

                // Every place was given back, or this would be refused.
                var all = new List<WirePeer>();
                for (int i = 0; i < Rounds / 2; i++)
                    all.Add(await app.OpenAsync(Route));
                foreach (var peer in all)
                    await peer.CloseAsync();
                await metrics.WaitForBalanceAsync(3 * Rounds + all.Count);
                Complaints(app).ShouldBeEmpty();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
            unobserved.Items.Where(e => e.ToString().Contains("at Hutong.") && !e.ToString().Contains("at Hutong.Server.Tests.")).ShouldBeEmpty();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
    }

    static async Task ThrowGarbageAsync(TestApp app, int seed)
    {
        var random = new Random(seed);
        byte[] garbage = new byte[random.Next(1, 3000)];
        random.NextBytes(garbage);
        await using var peer = await app.ConnectAsync();
        try
        {
            switch (seed % 4)
            {
                case 0:
                    await peer.SendAsync(garbage);
                    break;
                case 1:
                    await peer.SendAsync(Encoding.Latin1.GetBytes($"GET /echo HTTP/1.1\r\nHost: x\r\n{Encoding.Latin1.GetString(garbage)}"));
                    break;
                case 2:
                    // A head with a good beginning, of which any byte may be wrong.
                    byte[] head = Head.Bytes(Head.Of("/echo"));
                    head[random.Next(head.Length)] = garbage[0];
                    await peer.SendAsync(head);
                    break;
                default:
                    await peer.OpenAsync(Head.Of("/echo"));
                    await peer.SendAsync(garbage);
                    break;
            }

            if (seed % 3 == 0)
                peer.Reset();
            else
                peer.Socket.Shutdown(SocketShutdown.Send);
            byte[] rest = new byte[16 * 1024];
            while (await peer.Stream.ReadAsync(rest, peer.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Cut, as it should be.
        }
    }

    static async Task ResetAsync(TestApp app, string route, int stage, int i)
    {
        await using var peer = await app.ConnectAsync();
        byte[] head = Head.Bytes(Head.Of(route));
        switch (stage)
        {
            case 0:
                break;
            case 1:
                await peer.SendAsync(head.AsMemory(0, i % head.Length));
                break;
            case 2:
                await peer.OpenAsync(Head.Of(route));
                break;
            case 3:
                await peer.OpenAsync(Head.Of(route));
                await peer.SendFrameAsync(2, new byte[i * 500]);
                break;
            default:
                await peer.OpenAsync(Head.Of(route));
                await peer.EchoAsync("in");
                await peer.SendCloseAsync();
                break;
        }

        peer.Reset();
    }

    /// <summary>
    /// What the log complains of. A machine that has others to serve stops a loop in the middle of thousands of tiny messages, and the watch cannot tell that
    /// from a slow callback: the endpoint then moves to the pool, where it is bounded no less.
    /// </summary>
    private static IEnumerable<string> Complaints(TestApp app) =>
        app.Logs.Lines.Items.Where(l => l.Level >= LogLevel.Warning && !l.Message.StartsWith("Message callbacks of ", StringComparison.Ordinal)).Select(l => l.Everything);
}
