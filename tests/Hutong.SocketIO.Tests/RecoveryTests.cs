using Hutong.Rooms;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Tests.Support;

namespace Hutong.SocketIO.Tests;

/// <summary>Connection state recovery: complete, or not at all.</summary>
public class RecoveryTests
{
    private static SocketIOOptions Options(Func<ConnectionStateRecoveryOptions, ConnectionStateRecoveryOptions>? change = null) =>
        new() { ConnectionStateRecovery = (change ?? (o => o))(new()) };

    [Fact]
    public async Task Reconnect_AfterACut_IsTheSameSocketAndMissedNothing()
    {
        using var bench = new SocketBench(Options());
        var connections = new Recorder<string>();
        bench.Server.OnConnection(s => connections.Add($"{s.IsRecovered} {string.Join(",", s.Rooms.Skip(1).Order(StringComparer.Ordinal))} {(s.Data.TryGetValue("n", out var n) ? n : "")}"));
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        var socket = client.Socket;
        await socket.JoinAsync("room", "left");
        socket.Data["n"] = 7;
        await bench.Server.EmitAsync("e", 1);
        await bench.Server.To("left").EmitAsync("e", 2);
        await socket.LeaveAsync("left");
        client.Take();
        // What is on its way when it is cut, and what comes while it is away, in any way that reaches it.
        client.Link.Reads = false;
        await socket.EmitAsync("e", 3);
        await client.CutAsync();
        var (other, others) = await bench.ConnectAsync();
        await others.JoinAsync("room");
        foreach (var (emit, number) in (IReadOnlyList<(BroadcastOperator, int)>)
            [
                (bench.Server.To("room"), 4), (bench.Server.Except("none"), 5), (bench.Server.To(socket.Id), 6), (bench.Server.To("room", "x"), 7),
                (others.Broadcast, 8), (others.To("room"), 9), (bench.Server.To("x", "y"), -1), (bench.Server.Except("room"), -2), (bench.Server.To("left"), -3),
                (bench.Server.Except(socket.Id), -4), (bench.Server.Volatile, -5), (bench.Server.To("room").Except(socket.Id), -6), (bench.Server.To("left", "room"), 10),
            ])
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            await emit.EmitAsync("e", number, new byte[] { 1 });
        }

        (await client.ConnectAsync()).ShouldBeTrue();
        client.Socket.Id.ShouldBe(socket.Id);
        await bench.Server.To("room").EmitAsync("e", 11);
        client.Take();
        client.Got.ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        await connections.WaitAsync(c => c.Count == 3, "the connections");
        connections.Items[2].ShouldBe("True room 7");
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 2, "both");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Cuts_AtEveryPoint_LoseNothingAndDoubleNothing(int seed)
    {
        var random = new Random(seed);
        using var bench = new SocketBench(Options());
        var (_, sender) = await bench.ConnectAsync();
        await sender.JoinAsync("a", "b", "c");
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        var rooms = new HashSet<string>(StringComparer.Ordinal);
        var expected = new List<int>();
        string id = client.Socket.Id;
        bool connected = true;
        for (int number = 1; number <= 150; number++)
        {
            bench.Time.Advance(TimeSpan.FromMilliseconds(1));
            string room = ((string[])["a", "b", "c"])[random.Next(3)];
            switch (random.Next(12))
            {
                case 0 when connected:
                    await client.Socket.JoinAsync(room);
                    rooms.Add(room);
                    break;
                case 1 when connected:
                    await client.Socket.LeaveAsync(room);
                    rooms.Remove(room);
                    break;
                case 2 when connected:
                    // It reads a part of what has come, and is lost.
                    if (random.Next(2) == 0)
                        client.Take();
                    await client.CutAsync();
                    connected = false;
                    break;
                case 3 when !connected:
                    (await client.ConnectAsync()).ShouldBeTrue($"at {number}");
                    client.Socket.Id.ShouldBe(id);
                    connected = true;
                    break;
                case 4 when connected:
                    client.Take();
                    client.Link.Reads = random.Next(2) == 0;
                    break;
                case 5:
                    await bench.Server.To(id).EmitAsync("e", number);
                    expected.Add(number);
                    break;
                case 6:
                    await bench.Server.EmitAsync("e", number);
                    expected.Add(number);
                    break;
                case 7:
                    await bench.Server.Except(room).EmitAsync("e", number);
                    if (!rooms.Contains(room))
                        expected.Add(number);
                    break;
                case 8:
                    await bench.Server.To("a", "b").EmitAsync("e", number);
                    if (rooms.Contains("a") || rooms.Contains("b"))
                        expected.Add(number);
                    break;
                case 9:
                    await sender.To(room).Except("c").EmitAsync("e", number);
                    if (rooms.Contains(room) && !rooms.Contains("c"))
                        expected.Add(number);
                    break;
                default:
                    await bench.Server.To(room).EmitAsync("e", number);
                    if (rooms.Contains(room))
                        expected.Add(number);
                    break;
            }
        }

        if (!connected)
            (await client.ConnectAsync()).ShouldBeTrue();
        client.Take();
        client.Got.ShouldBe(expected);
        client.Recoveries.ShouldBePositive();
    }

    [Fact]
    public async Task Reconnect_WhileOthersEmit_GetsEachEventOnce()
    {
        using var bench = new SocketBench(Options(o => o with { HistorySize = 5000 }), roomsOptions: new RoomsOptions { RecoveryLimit = 5000 });
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        await client.Socket.JoinAsync("a", "b");
        using var stop = new CancellationTokenSource();
        int sent = 0;
        var emitting = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested && sent < 3000)
                await bench.Server.To(sent % 2 == 0 ? "a" : "b").EmitAsync("e", ++sent);
        });
        for (int round = 0; round < 10; round++)
        {
            int before = sent;
            await Patience.UntilAsync(() => sent >= Math.Min(before + 30, 3000), "more");
            await client.CutAsync();
            (await client.ConnectAsync()).ShouldBeTrue();
        }

        await stop.CancelAsync();
        await emitting;
        await Patience.UntilAsync(() => client.Take().Count == sent, $"all {sent}");
        // One room's are in order; the two have no order between them.
        client.Got.Where(n => n % 2 == 0).ShouldBeInOrder();
        client.Got.Where(n => n % 2 == 1).ShouldBeInOrder();
        client.Got.Distinct().Count().ShouldBe(sent);
    }

    [Fact]
    public async Task Reconnect_WhereSomethingIsGone_IsANewSocketAndReplaysNothing()
    {
        using var bench = new SocketBench(Options(o => o with { HistorySize = 3 }));
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        string id = client.Socket.Id;
        await client.Socket.JoinAsync("room");
        await bench.Server.EmitAsync("e", 1);
        client.Take();
        await client.CutAsync();
        await bench.Server.EmitAsync("e", 2);
        for (int i = 0; i < 4; i++)
            await bench.Server.To("room").EmitAsync("e", 10 + i);
        (await client.ConnectAsync()).ShouldBeFalse();
        client.Socket.Id.ShouldNotBe(id, StringComparer.Ordinal);
        client.Socket.Rooms.Count.ShouldBe(1);
        await bench.Server.EmitAsync("e", 3);
        client.Take();
        client.Got.ShouldBe([1, 3]);
        bench.Graph.SessionCount.ShouldBe(1);
    }

    [Fact]
    public async Task Reconnect_TooLate_IsANewSocket()
    {
        using var bench = new SocketBench(Options(o => o with { MaxDisconnectionDuration = TimeSpan.FromSeconds(10) }));
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        await client.CutAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(9));
        (await client.ConnectAsync()).ShouldBeTrue();
        await client.CutAsync();
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        (await client.ConnectAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("\"\"", true)]
    [InlineData("null", false)]
    [InlineData("5", false)]
    [InlineData("\"garbage\"", false)]
    [InlineData("\"....\"", false)]
    [InlineData("\"12345678.0.99999\"", true)]
    [InlineData("\"12345678.0.-1\"", true)]
    [InlineData("\"TAG.0.1.0\"", false)]
    [InlineData("\"TAG.1.0.0\"", false)]
    [InlineData("\"TAG.0.0.0.0\"", false)]
    [InlineData("\"TAG.0.0.x\"", false)]
    [InlineData("\"TAG.0.0.99999999999999999999\"", false)]
    [InlineData("\"TAG.0.0.0\"", true)]
    [InlineData("\"TAG.0.0.1\"", true)]
    public async Task Reconnect_WithAnOffset_RecoversOnlyIfItIsOne(string offset, bool recovers)
    {
        using var bench = new SocketBench(Options());
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        await bench.Server.EmitAsync("e", 1);
        client.Take();
        await client.CutAsync();
        string tag = client.Offset!.Split('.')[0];
        client.Offset.ShouldBe(tag + ".0.0.1");
        (await client.ConnectAsync(offset.Replace("TAG", tag, StringComparison.Ordinal))).ShouldBe(recovers);
        // Its state is used up, or it has one of its own now.
        client.Link.Closed.ShouldBeNull();
    }

    [Fact]
    public async Task Reconnect_WithAnUnknownPid_IsANewSocket()
    {
        using var bench = new SocketBench(Options());
        var link = bench.Open();
        foreach (string pid in (string[])["\"aaaaaaaaaaaaaaaaaaaa\"", "7", "\"\"", "null", "{}", "\"" + new string('x', 5000) + "\""])
        {
            (await link.ConnectAsync("/", $"{{\"pid\":{pid},\"offset\":\"\"}}")).ShouldStartWith("0{\"sid\":");
            await link.SendAsync("1");
            await Patience.UntilAsync(() => bench.Server.Sockets.Count == 0, "gone");
        }
    }

    [Fact]
    public async Task Reconnect_OfAStateOnce_IsNotForTwo()
    {
        using var bench = new SocketBench(Options());
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        string auth = client.Auth();
        await client.CutAsync();
        var first = bench.Open();
        var second = bench.Open();
        await first.ConnectAsync("/", auth);
        // The second takes the place of the first, which is closed.
        string answer = await second.ConnectAsync("/", auth);
        answer.ShouldContain(client.Pid!);
        first.Closed.ShouldBe("transport close");
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 1, "one is left");
    }

    [Fact]
    public async Task Reconnect_BeforeTheLossIsNoticed_TakesTheOldSocketsPlace()
    {
        using var bench = new SocketBench(Options());
        var heard = new Recorder<string>();
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        var socket = client.Socket;
        socket.On("disconnect", (string reason) => heard.Add(reason));
        client.Link.Reads = false;
        await bench.Server.EmitAsync("e", 1);
        // No cut: the server believes that it is still there.
        (await client.ConnectAsync()).ShouldBeTrue();
        client.Socket.ShouldNotBeSameAs(socket);
        client.Socket.Id.ShouldBe(socket.Id);
        client.Take();
        client.Got.ShouldBe([1]);
        heard.Items.ShouldBe(["transport close"]);
    }

    [Fact]
    public async Task Middlewares_OfOneThatRecovers_RunAgainUnlessSkipped()
    {
        foreach (bool skip in (bool[])[false, true])
        {
            using var bench = new SocketBench(Options(o => o with { SkipMiddlewares = skip }));
            var runs = new List<bool>();
            bool refuses = false;
            bench.Server.Use(socket =>
            {
                runs.Add(socket.IsRecovered);
                if (refuses)
                    throw new ConnectErrorException("banned");
            });
            var client = new RecoveringClient(bench);
            await client.ConnectAsync();
            await client.CutAsync();
            await bench.Server.EmitAsync("e", 1);
            refuses = true;
            var refused = bench.Open();
            string answer = await refused.ConnectAsync("/", client.Auth());
            answer.StartsWith('4').ShouldBe(!skip);
            refused.Cut();
            refuses = false;
            if (!skip)
            {
                // It was let in later, with what it had.
                (await client.ConnectAsync()).ShouldBeTrue();
                client.Take();
                client.Got.ShouldBe([1]);
            }

            runs.ShouldBe(skip ? [false] : [false, true, true]);
        }
    }

    [Fact]
    public async Task Rooms_ThatTheApplicationMapped_AreRecoveredIfTheyKeepHistory()
    {
        using var bench = new SocketBench(Options(), rooms => rooms.Map("kept:*", new RoomOptions { HistorySize = 10 }).Map("plain:*"));
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        await client.Socket.JoinAsync("kept:1", "plain:1");
        await bench.Server.To("plain:1").EmitAsync("e", 1);
        await client.Socket.LeaveAsync("plain:1");
        await bench.Server.To("kept:1").EmitAsync("e", 2);
        client.Take();
        await client.CutAsync();
        await bench.Graph.PublishAsync("kept:1", new PublishRequest("e", Payload.Json("3"u8.ToArray())));
        (await client.ConnectAsync()).ShouldBeTrue();
        client.Take();
        client.Got.ShouldBe([1, 2, 3]);
        // What it was sent in a room without history it may not have got: it cannot be the same socket again.
        await client.Socket.JoinAsync("plain:1");
        client.Link.Reads = false;
        await bench.Server.To("plain:1").EmitAsync("e", 4);
        await client.Socket.LeaveAsync("plain:1");
        await client.CutAsync();
        (await client.ConnectAsync()).ShouldBeFalse();
        await client.Socket.JoinAsync("plain:1");
        await client.CutAsync();
        (await client.ConnectAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Disconnect_ByEitherSide_IsForGood()
    {
        using var bench = new SocketBench(Options());
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        client.Socket.Disconnect();
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 0, "gone");
        (await client.ConnectAsync()).ShouldBeFalse();
        await client.Link.SendAsync("1");
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 0, "gone");
        (await client.ConnectAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task States_AreBounded()
    {
        var store = new MemorySocketStateStore(limit: 2);
        foreach (string pid in (string[])["1", "2", "3"])
            await store.SaveAsync(new SocketState { Pid = pid, Id = pid, Namespace = "/", Tag = "", Expires = DateTimeOffset.MaxValue });
        (await store.TakeAsync("1")).ShouldBeNull();
        (await store.TakeAsync("2")).ShouldNotBeNull();
        (await store.TakeAsync("2")).ShouldBeNull();
        store.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Rooms_LeftByTheHundred_AreForgottenAndSoAreOldOffsets()
    {
        using var bench = new SocketBench(Options(), roomsOptions: new RoomsOptions { MaxRoomsPerSession = 1000 });
        var client = new RecoveringClient(bench);
        await client.ConnectAsync();
        await bench.Server.EmitAsync("e", 1);
        client.Take();
        for (int i = 0; i < 200; i++)
        {
            await client.Socket.JoinAsync($"r{i}");
            await client.Socket.LeaveAsync($"r{i}");
        }

        await client.CutAsync();
        (await client.ConnectAsync()).ShouldBeFalse();
        for (int i = 0; i < 200; i++)
        {
            await client.Socket.JoinAsync($"r{i}");
            await client.Socket.LeaveAsync($"r{i}");
        }

        await bench.Server.EmitAsync("e", 2);
        client.Take();
        await client.CutAsync();
        (await client.ConnectAsync()).ShouldBeTrue();
    }
}
