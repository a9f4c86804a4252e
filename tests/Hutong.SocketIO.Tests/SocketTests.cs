using System.Text.Json;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Tests.Support;

namespace Hutong.SocketIO.Tests;

/// <summary>Sockets: listeners by the types of their parameters, answers both ways, middlewares, the beginning and the end.</summary>
public class SocketTests
{
    [Fact]
    public async Task On_ByTypesOfItsParameters_GetsTheArguments()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        bench.Server.OnConnection(socket =>
        {
            socket.On("none", () => heard.Add("none"));
            socket.On("two", (string text, int number) => heard.Add($"{text} {number}"));
            socket.On("object", (Point point, JsonElement rest) => heard.Add($"{point.X},{point.Y} {rest.GetRawText()}"));
            socket.On("missing", (string? text, int number, Point? point) => heard.Add($"{text is null} {number} {point is null}"));
            socket.On("bytes", (byte[] first, Holder holder, ReadOnlyMemory<byte> last) =>
                heard.Add($"{Convert.ToHexString(first)} {Convert.ToHexString(holder.Data)} {Convert.ToHexString(last.Span)}"));
            socket.On("tree", (JsonElement tree) => heard.Add(tree.GetRawText()));
            socket.On("eight", (int a, int b, int c, int d, int e, int f, int g, int h) => heard.Add($"{a}{b}{c}{d}{e}{f}{g}{h}"));
            socket.On("7", () => heard.Add("number"));
        });
        var link = bench.Open();
        await link.ConnectAsync();
        await link.SendAsync("2[\"none\",1,2]");
        await link.SendAsync("2[\"two\",\"é\",7]");
        await link.SendAsync("2[\"object\",{\"x\":1,\"y\":2.5},[1,{}]]");
        await link.SendAsync("2[\"missing\"]");
        await link.SendAsync("53-[\"bytes\",{\"_placeholder\":true,\"num\":0},{\"data\":{\"num\":2,\"_placeholder\":true}},{\"_placeholder\":true,\"num\":1}]", [1, 2], [3], [4, 5]);
        await link.SendAsync("51-[\"tree\",{\"a\":[{\"_placeholder\":true,\"num\":0}],\"b\":\"\\u00e9\"}]", [255]);
        await link.SendAsync("2[\"eight\",1,2,3,4,5,6,7,8,9]");
        await link.SendAsync("2[7]");
        await link.SendAsync("2[\"nobody listens\",1]");
        heard.Items.ShouldBe(
        [
            "none", "é 7", "1,2.5 [1,{}]", "True 0 True", "0102 0405 03", "{\"a\":[\"/w==\"],\"b\":\"\\u00e9\"}", "12345678", "number",
        ]);
    }

    [Fact]
    public async Task On_WhatItReturns_AnswersTheClient()
    {
        using var bench = new SocketBench();
        bench.Server.OnConnection(socket =>
        {
            socket.On("value", (int a) => a + 1);
            socket.On("task", async (int a) =>
            {
                await Task.Yield();
                return new[] { a, a };
            });
            socket.On("ack", (string text, SocketAck ack) => ack.Send(text, 2, null));
            socket.On("only ack", (SocketAck ack) => ack.Send());
            socket.On("bytes", () => new byte[] { 1, 2 });
            socket.On("valuetask", () => socket.EmitAsync("done"));
            socket.On("twice", (SocketAck ack) =>
            {
                ack.Send(1);
                ack.Send(2);
            });
        });
        var link = bench.Open();
        await link.ConnectAsync();
        await link.SendAsync("20[\"value\",1]");
        (await link.NextAsync()).ShouldBe("30[2]");
        await link.SendAsync("21[\"task\",5]");
        (await link.NextAsync()).ShouldBe("31[[5,5]]");
        await link.SendAsync("22[\"ack\",\"é\"]");
        (await link.NextAsync()).ShouldBe("32[\"é\",2,null]");
        await link.SendAsync("23[\"only ack\"]");
        (await link.NextAsync()).ShouldBe("33[]");
        await link.SendAsync("24[\"bytes\"]");
        (await link.NextAsync()).ShouldBe("61-4[{\"_placeholder\":true,\"num\":0}]");
        (await link.NextAsync()).ShouldBe("b:0102");
        await link.SendAsync("25[\"valuetask\"]");
        (await link.NextAsync()).ShouldBe("2[\"done\"]");
        await link.SendAsync("26[\"twice\"]");
        (await link.NextAsync()).ShouldBe("36[1]");
        // Who asks for no answer gets none.
        await link.SendAsync("2[\"value\",1]");
        await link.SendAsync("2[\"ack\",\"a\"]");
        await link.SendAsync("27[\"value\",9]");
        (await link.NextAsync()).ShouldBe("37[10]");
    }

    [Fact]
    public async Task On_AHandlerWhoseValueTaskHasAResult_IsRefused()
    {
        using var bench = new SocketBench();
        ArgumentException? thrown = null;
        bench.Server.OnConnection(socket => thrown = Should.Throw<ArgumentException>(() => socket.On("later", (int number) => new ValueTask<int>(number))));
        await bench.Open().ConnectAsync();
        thrown!.ParamName.ShouldBe("handler");
    }

    [Fact]
    public async Task On_ArgumentsThatDoNotFit_RaiseErrorAndTheConnectionLives()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        bench.Server.OnConnection(socket =>
        {
            socket.On("number", (int number) => heard.Add($"{number}"));
            socket.On("throws", () => throw new InvalidOperationException("mine"));
            socket.On("throws later", async () =>
            {
                await Task.Yield();
                throw new InvalidOperationException("later");
            });
            socket.On("error", (Exception e) => heard.Add(e.GetType().Name));
        });
        var link = bench.Open();
        await link.ConnectAsync();
        await link.SendAsync("20[\"number\",\"secret text\"]");
        await link.SendAsync("2[\"throws\"]");
        await link.SendAsync("2[\"throws later\"]");
        await heard.WaitAsync(items => items.Count == 3, "three errors");
        await link.SendAsync("2[\"number\",7]");
        heard.Items.ShouldBe(["JsonException", "InvalidOperationException", "InvalidOperationException", "7"]);
        link.Closed.ShouldBeNull();
        link.Rest().ShouldBeEmpty();
        bench.Logs.Lines.Items.Count(l => l.Message.Contains("do not fit", StringComparison.Ordinal)).ShouldBe(1);
        bench.Logs.Lines.Items.ShouldAllBe(l => !l.Everything.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task OnceAndOff_TakeOutListeners()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        var (link, socket) = await bench.ConnectAsync();
        void Listener(string text) => heard.Add("listener " + text);
        Action<string> listener = Listener;
        socket.On("a", listener).Once("a", (string text) => heard.Add("once " + text)).On("b", () => heard.Add("b"));
        socket.ListenerCount("a").ShouldBe(2);
        await link.SendAsync("2[\"a\",\"1\"]");
        await link.SendAsync("2[\"a\",\"2\"]");
        socket.Off("a", listener);
        await link.SendAsync("2[\"a\",\"3\"]");
        await link.SendAsync("2[\"b\"]");
        socket.Off();
        await link.SendAsync("2[\"b\"]");
        heard.Items.ShouldBe(["listener 1", "once 1", "listener 2", "b"]);
        socket.ListenerCount("b").ShouldBe(0);
    }

    [Fact]
    public async Task EmitWithAckAsync_TheClientAnswers_GivesTheAnswer()
    {
        using var bench = new SocketBench();
        var (link, socket) = await bench.ConnectAsync();
        var asked = socket.EmitWithAckAsync<string>("question", 1, "two");
        (await link.NextAsync()).ShouldBe("20[\"question\",1,\"two\"]");
        await link.SendAsync("30[\"answer\",2]");
        (await asked.Soon()).ShouldBe("answer");
        var bytes = socket.EmitWithAckAsync<byte[]>("bytes", new byte[] { 9 });
        (await link.NextAsync()).ShouldBe("51-1[\"bytes\",{\"_placeholder\":true,\"num\":0}]");
        (await link.NextAsync()).ShouldBe("b:09");
        await link.SendAsync("61-1[{\"_placeholder\":true,\"num\":0}]", [7, 8]);
        (await bytes.Soon()).ShouldBe(new byte[] { 7, 8 });
        var wrong = socket.EmitWithAckAsync<int>("number");
        await link.SendAsync("32[\"no number\"]");
        await Should.ThrowAsync<JsonException>(wrong.Soon());
        // One that nobody asked for is dropped.
        await link.SendAsync("399[1]");
        link.Closed.ShouldBeNull();
    }

    [Fact]
    public async Task EmitWithAckAsync_NoAnswerInTime_Throws()
    {
        using var bench = new SocketBench();
        var (link, socket) = await bench.ConnectAsync();
        var asked = socket.Timeout(TimeSpan.FromSeconds(1)).EmitWithAckAsync<string>("question");
        var ever = socket.EmitWithAckAsync<string>("question");
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await Should.ThrowAsync<TimeoutException>(asked.Soon());
        ever.IsCompleted.ShouldBeFalse();
        bench.Time.Advance(TimeSpan.FromSeconds(29));
        await Should.ThrowAsync<TimeoutException>(ever.Soon());
        var gone = socket.EmitWithAckAsync<string>("question");
        link.Cut();
        await Should.ThrowAsync<SocketDisconnectedException>(gone.Soon());
        await Should.ThrowAsync<SocketDisconnectedException>(socket.EmitWithAckAsync<string>("question").Soon());
        bench.Time.ActiveTimers.ShouldBeLessThan(4);
    }

    [Fact]
    public async Task Use_OfASocket_SeesEachEventFirstAndMayRefuseIt()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        var (link, socket) = await bench.ConnectAsync();
        socket.Use(async e =>
        {
            await Task.Yield();
            if (e.Name == "no")
                throw new InvalidOperationException("refused");
            heard.Add($"use {e.Name} {e.Count} {e.Get<int>(0)}");
        });
        socket.On("yes", (int a) => heard.Add($"yes {a}"));
        socket.On("no", () => heard.Add("no"));
        socket.On("error", (Exception e) => heard.Add(e.Message));
        for (int i = 0; i < 5; i++)
        {
            await link.SendAsync($"2[\"yes\",{i}]");
            await link.SendAsync("2[\"no\"]");
        }

        await heard.WaitAsync(items => items.Count == 15, "all events");
        heard.Items.ShouldBe(Enumerable.Range(0, 5).SelectMany(i => new[] { $"use yes 1 {i}", $"yes {i}", "refused" }));
    }

    [Fact]
    public async Task OnAny_SeesEveryEventBeforeItsListeners()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        var (link, socket) = await bench.ConnectAsync();
        ValueTask Second(SocketEvent e)
        {
            heard.Add($"second {e.Name} {string.Join(",", e.ToJson())}");
            return default;
        }

        socket.On("a", () => heard.Add("a"));
        socket.OnAny(Second);
        socket.PrependAny(e =>
        {
            heard.Add("first");
            return default;
        });
        await link.SendAsync("2[\"a\",1,\"x\"]");
        socket.OffAny(Second);
        await link.SendAsync("2[\"b\"]");
        socket.OffAny();
        await link.SendAsync("2[\"b\"]");
        heard.Items.ShouldBe(["first", "second a 1,x", "a", "first"]);
    }

    [Fact]
    public async Task OnAnyOutgoing_SeesWhatIsSentBroadcastsIncluded()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        var (link, socket) = await bench.ConnectAsync();
        socket.OnAnyOutgoing(e =>
        {
            heard.Add($"{e.Name}:{string.Join(",", e.ToJson())}");
            return default;
        });
        await socket.EmitAsync("one", 1, "two");
        await bench.Server.EmitAsync("all", "x");
        await bench.Server.EmitAsync("bytes", new byte[] { 1 });
        await heard.WaitAsync(items => items.Count == 3, "three events");
        heard.Items.ShouldBe(["one:1,two", "all:x", "bytes:AQ=="]);
        socket.OffAnyOutgoing();
        await bench.Server.EmitAsync("all", "y");
        link.Rest().Count.ShouldBe(5);
        heard.Items.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Handlers_StartInOrderAndAreNotWaitedFor()
    {
        using var bench = new SocketBench(new SocketIOOptions { MaxRunningHandlers = 3 });
        var heard = new Recorder<int>();
        var gate = new TaskCompletionSource();
        var (link, socket) = await bench.ConnectAsync();
        socket.On("a", async (int number) =>
        {
            heard.Add(number);
            await gate.Task;
        });
        socket.On("answer", async () => heard.Add(await socket.EmitWithAckAsync<int>("q")));
        await link.SendAsync("2[\"answer\"]");
        await link.SendAsync("2[\"a\",1]");
        await link.SendAsync("2[\"a\",2]");
        // Three run: these wait, and at last the reading too.
        await link.SendAsync("2[\"a\",3]");
        await link.SendAsync("2[\"a\",4]");
        var full = link.SendAsync("2[\"a\",5]");
        full.IsCompleted.ShouldBeFalse();
        heard.Items.ShouldBe([1, 2]);
        // Answers are not held up by events that wait.
        await link.Client.ReceiveAsync("30[77]"u8.ToArray(), isBinary: false);
        await heard.WaitAsync(items => items.Contains(3), "the next");
        heard.Items.Take(3).Order().ShouldBe([1, 2, 77]);
        gate.SetResult();
        await full.Soon();
        await heard.WaitAsync(items => items.Contains(5), "the last");
        heard.Items.Where(i => i < 10).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public async Task Disconnect_ByEitherSide_IsToldWithTheReferencesReasons()
    {
        using var bench = new SocketBench();
        var heard = new Recorder<string>();
        bench.Server.OnConnection(async socket =>
        {
            socket.On("disconnecting", (string reason) => heard.Add($"disconnecting {reason} {string.Join(",", socket.Rooms.Skip(1))} {socket.IsConnected}"));
            socket.On("disconnect", (string reason, string? description) => heard.Add($"disconnect {reason} {socket.Rooms.Count} {description}"));
            await socket.JoinAsync("room");
        });
        var (client, _) = await bench.ConnectAsync();
        await client.SendAsync("1");
        await heard.WaitAsync(items => items.Count == 2, "the client's");
        client.Closed.ShouldBeNull();
        var (server, socket) = await bench.ConnectAsync();
        socket.Disconnect();
        await heard.WaitAsync(items => items.Count == 4, "the server's");
        server.Rest().ShouldBe(["1"]);
        server.Closed.ShouldBeNull();
        // What was on its way when the server put it out is dropped.
        await server.SendAsync("2[\"late\"]");
        server.Closed.ShouldBeNull();
        (await server.ConnectAsync()).ShouldStartWith("0{");
        var (cut, _) = await bench.ConnectAsync();
        cut.Cut("ping timeout");
        await heard.WaitAsync(items => items.Count == 6, "the cut");
        var (closed, last) = await bench.ConnectAsync();
        last.Disconnect(close: true);
        await heard.WaitAsync(items => items.Count == 8, "the close");
        closed.Rest().ShouldBe(["1"]);
        closed.Closed.ShouldBe("forced close");
        heard.Items.ShouldBe(
        [
            "disconnecting client namespace disconnect room False", "disconnect client namespace disconnect 0 ",
            "disconnecting server namespace disconnect room False", "disconnect server namespace disconnect 0 ",
            "disconnecting ping timeout room False", "disconnect ping timeout 0 ",
            "disconnecting server namespace disconnect room False", "disconnect server namespace disconnect 0 ",
        ]);
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 1, "only one is left");
        bench.Graph.SessionCount.ShouldBe(1);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("2{}")]
    [InlineData("2abc[\"a\"]")]
    [InlineData("2[\"connect\"]")]
    [InlineData("511-[\"a\"]")]
    public async Task WhatIsNoPacket_ClosesTheConnection(string text)
    {
        using var bench = new SocketBench();
        var (link, socket) = await bench.ConnectAsync();
        var reason = new TaskCompletionSource<string>();
        socket.On("disconnect", (string why) => reason.SetResult(why));
        await link.SendAsync(text);
        link.Closed.ShouldBe("parse error");
        (await reason.Task.Soon()).ShouldBe("parse error");
    }

    [Fact]
    public async Task WhatDoesNotBelong_ClosesTheConnection()
    {
        using var bench = new SocketBench();
        bench.Server.Of("/x");
        foreach (string text in (string[])["2[\"a\"]", "1", "30[]", "4\"x\"", "2/x,[\"a\"]"])
        {
            var link = bench.Open();
            await link.SendAsync(text);
            link.Closed.ShouldBe("forced close", text);
        }

        var (binary, _) = await bench.ConnectAsync();
        await binary.Client.ReceiveAsync(new byte[] { 1 }, isBinary: true);
        binary.Closed.ShouldBe("parse error");
        var (early, _) = await bench.ConnectAsync();
        await early.SendAsync("51-[\"a\",{\"_placeholder\":true,\"num\":0}]");
        await early.SendAsync("2[\"b\"]");
        early.Closed.ShouldBe("parse error");
        var (twice, socket) = await bench.ConnectAsync();
        var reason = new TaskCompletionSource<string>();
        socket.On("disconnect", (string why) => reason.SetResult(why));
        await twice.SendAsync("0");
        (await reason.Task.Soon()).ShouldBe("forced server close");
    }

    [Fact]
    public async Task Emit_AtTheBoundOfTheQueue_WaitsForTheClient()
    {
        using var bench = new SocketBench();
        var (link, socket) = await bench.ConnectAsync();
        link.Reads = false;
        link.Limit = 100;
        await socket.EmitAsync("a", new string('x', 200));
        var second = socket.EmitAsync("b").AsTask();
        second.IsCompleted.ShouldBeFalse();
        // Volatile ones go nowhere meanwhile.
        await socket.Volatile.EmitAsync("v");
        link.Read();
        await second.Soon();
        await socket.Volatile.EmitAsync("w");
        link.Rest().Select(s => s[..5]).ShouldBe(["2[\"a\"", "2[\"b\"", "2[\"w\""]);
    }

    [Fact]
    public void Emit_NamesOfSocketIOItself_Throw()
    {
        using var bench = new SocketBench();
        foreach (string name in Protocol.ReservedEvents.All)
            Should.Throw<ArgumentException>(() => _ = bench.Server.EmitAsync(name).AsTask());
    }

    private sealed record Point(double X, double Y);

    private sealed record Holder(byte[] Data);
}
