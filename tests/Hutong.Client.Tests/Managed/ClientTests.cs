using System.Text;
using System.Text.Json;
using Hutong.Client.Internal;
using Hutong.Protocol;

namespace Hutong.Client.Managed;

/// <summary>What the table of scenarios does not say, because it is of this language.</summary>
public class ClientTests
{
    private readonly WorldClock _clock = new();
    private readonly FakeSockets _sockets = new();

    [Theory]
    [InlineData("relative")]
    [InlineData("ftp://host/")]
    [InlineData("ws://host/#part")]
    public void New_WithAnAddressThatIsNone_Throws(string url) => Should.Throw<ArgumentException>(() => new WebSocketClient(url));

    [Fact]
    public void New_WithOptionsThatAreNotValid_Throws()
    {
        var none = new WebSocketClientOptions { AutoConnect = false };
        Should.Throw<ArgumentException>(() => new WebSocketClient("ws://host/", none with { ConnectTimeout = TimeSpan.Zero }));
        Should.Throw<ArgumentException>(() => new WebSocketClient("ws://host/", none with { Queue = new() { MaxCount = -1 } }));
        Should.Throw<ArgumentException>(() => new WebSocketClient("ws://host/", none with { Reconnect = new() { Attempts = -1 } }));
        Should.Throw<ArgumentException>(() => new WebSocketClient("ws://host/", none with { Fallback = new() { Transports = [] } }));
        Should.Throw<ArgumentException>(() => new WebSocketClient("ws://host/", none with { Heartbeat = new() { Interval = TimeSpan.Zero } }));
    }

    [Fact]
    public void On_WithAType_GetsThePayloadOrWhatStandsBesideTheType()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        var heard = new List<string?>();
        client.On<Chat>("chat", c => heard.Add(c.Content));
        Says("""{"type":"chat","payload":{"content":"a"}}""");
        Says("""{"type":"chat","content":"b"}""");
        heard.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void On_WithAPayloadThatDoesNotFit_IsAnErrorAndTheConnectionLives()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        client.On<Chat>("chat", _ => throw new InvalidOperationException("never"));
        Says("""{"type":"chat","payload":[1]}""");
        client.Error!.Code.ShouldBe("invalid_payload");
        client.State.ShouldBe(ClientState.Open);
    }

    [Fact]
    public void Listeners_ThatThrow_CostNobodyAnything()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        var errors = new List<string>();
        int heard = 0;
        client.ErrorOccurred += e => errors.Add($"{e.Code} {e.InnerException?.Message}");
        client.ErrorOccurred += _ => throw new InvalidOperationException("worse");
        client.On("x", (ClientMessage _) => throw new InvalidOperationException("bad"));
        client.On("x", _ => Task.FromException(new InvalidOperationException("later")));
        client.On("x", _ => { heard++; });
        Says("""{"type":"x"}""");
        heard.ShouldBe(1);
        errors.ShouldBe(["listener_failed bad", "listener_failed later"]);
        client.State.ShouldBe(ClientState.Open);
    }

    [Fact]
    public void Off_AndOnce_AreAsTheySay()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        int once = 0, off = 0, all = 0;
        client.Once("x", _ => once++);
        Action<Chat> listener = _ => off++;
        client.On("x", listener);
        client.On("x", listener);
        client.On("x", _ => { all++; });
        Says("""{"type":"x"}""");
        client.Off("x", listener);
        Says("""{"type":"x"}""");
        client.Off("x");
        Says("""{"type":"x"}""");
        (once, off, all).ShouldBe((1, 1, 2));
    }

    [Fact]
    public void Bytes_TravelBothWays()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        byte[]? data = null;
        client.On("b", m => { data = m.Bytes!.Value.ToArray(); });
        client.SendData("b", new byte[] { 1, 2, 255 });
        client.SendRaw(new byte[] { 9, 8 });
        _sockets.Newest.Heard[0].ShouldContain("\"data\":\"AQL/\"");
        _sockets.Newest.Heard[1].ShouldBe("0908");
        Says("""{"type":"b","data":"AQL/"}""");
        data.ShouldBe([1, 2, 255]);
    }

    [Fact]
    public void Envelope_IsWrittenAsTheReferenceSays()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        client.Send("say", new Chat("互通"), new SendOptions { Room = "r", Id = "m-1", Key = "k" });
        string text = _sockets.Newest.Heard.Single();
        text.ShouldBe("""{"type":"say","payload":{"content":"互通"},"id":"m-1","timestamp":1893456000000,"room":"r","key":"k"}""".Replace("互通", JsonEncodedText.Encode("互通").ToString()), StringCompareShould.IgnoreCase);
        Hutong.Rooms.Protocol.EnvelopeCodec.Json.TryRead(Encoding.UTF8.GetBytes(text), out var envelope, out var error).ShouldBeTrue();
        (envelope.Type, envelope.Room, envelope.Key, envelope.Id.Text, envelope.Timestamp).ShouldBe(("say", "r", "k", "m-1", 1893456000000));
    }

    [Fact]
    public void Ping_OfTheProtocol_GivesTheRoundTrip()
    {
        using var quiet = Quiet.Begin();
        var client = Open(new() { Heartbeat = new() { Message = Probe.Ping } });
        _clock.Advance(25_000);
        _clock.Advance(40);
        _sockets.Newest.Pings.Single()();
        client.RoundTripTime.ShouldBe(TimeSpan.FromMilliseconds(40));
        _clock.Advance(24_999);
        client.State.ShouldBe(ClientState.Open);
        _sockets.Newest.Heard.ShouldBeEmpty();
    }

    [Fact]
    public void Bytes_OfAMessageThatIsNotWhole_AreLife()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        _clock.Advance(25_000);
        _sockets.Newest.Heard.Count.ShouldBe(1);
        _sockets.Newest.BytesReceived += 3;
        _clock.Advance(20_000);
        client.State.ShouldBe(ClientState.Open);
        _clock.Advance(25_000);
        _clock.Advance(20_000);
        client.State.ShouldNotBe(ClientState.Open);
    }

    [Theory]
    [InlineData(4999, ClientState.Failed)]
    [InlineData(1000, ClientState.Waiting)]
    [InlineData(1008, ClientState.Failed)]
    public void Decide_OverrulesTheTableOfCloseCodes(int code, ClientState state)
    {
        using var quiet = Quiet.Begin();
        var client = Open(new() { Reconnect = new() { Decide = e => e.Code switch { 4999 => false, 1000 => true, _ => null } } });
        _sockets.Newest.End(code);
        client.State.ShouldBe(state);
    }

    [Fact]
    public void Decide_ThatThrows_LeavesItToTheTable()
    {
        using var quiet = Quiet.Begin();
        var client = Open(new() { Reconnect = new() { Decide = _ => throw new InvalidOperationException("bad") } });
        _sockets.Newest.End(1006);
        client.State.ShouldBe(ClientState.Waiting);
        client.Error!.Code.ShouldBe(ClientErrorCode.ListenerFailed);
    }

    [Fact]
    public void Answer_ThatComesTooLate_IsNoPublicationOfItsRoom()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        var heard = new List<string>();
        client.Room("r").On("*", m => { heard.Add(m.Type); });
        _ = client.Room("r").JoinAsync();
        string id = JsonElement.Parse(_sockets.Newest.Heard.Single()).GetProperty("id").GetString()!;
        Says($$"""{"type":"ack","id":"{{id}}","room":"r","epoch":"e","offset":1}""");
        Says("""{"type":"ack","id":"late","room":"r","epoch":"e","offset":2}""");
        Says("""{"type":"n","room":"r","epoch":"e","offset":2}""");
        heard.ShouldBe(["n"]);
    }

    [Fact]
    public void Urgent_PassesTheQueueOrIsDropped()
    {
        using var quiet = Quiet.Begin();
        var client = Make(null);
        client.Send("late", new SendOptions { Urgent = true }).Error!.Code.ShouldBe("not_open");
        client.Connect();
        _sockets.Newest.Accept();
        _sockets.Newest.BufferedAmount = 2 << 20;
        var held = client.SendRaw("held");
        client.SendRaw("urgent", urgent: true).Status.ShouldBe(SendStatus.Sent);
        held.Status.ShouldBe(SendStatus.Queued);
        client.BufferedAmount.ShouldBe((2 << 20) + 4);
        _sockets.Newest.Unclog();
        held.Status.ShouldBe(SendStatus.Sent);
        _sockets.Newest.Heard.ShouldBe(["urgent", "held"]);
    }

    [Fact]
    public async Task Stream_GoesNoFasterThanTheConnection_AndEndsWithIt()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        var told = new List<long>();
        var options = new StreamOptions { ChunkSize = 4, Progress = new Sink(told.Add) };
        (await client.SendStreamAsync(new MemoryStream(new byte[10]), options).Soon()).ShouldBe(10);
        told.ShouldBe([4, 8, 10]);
        _sockets.Newest.Heard.ShouldBe(["00000000", "00000000", "0000"]);

        _sockets.Newest.BufferedAmount = 2 << 20;
        var slow = client.SendStreamAsync(new MemoryStream(new byte[10]), options);
        slow.IsCompleted.ShouldBeFalse();
        _sockets.Newest.End(1006);
        (await Should.ThrowAsync<ClientException>(slow.Soon())).Code.ShouldBe("not_open");
        (await Should.ThrowAsync<ClientException>(client.SendStreamAsync(new MemoryStream()).Soon())).Code.ShouldBe("not_open");
    }

    [Fact]
    public void Shared_IsCounted_AndTheLastClosesIt()
    {
        using var quiet = Quiet.Begin();
        string url = $"ws://shared-{Guid.NewGuid():N}.invalid/";
        var options = new WebSocketClientOptions { AutoConnect = false };
        var one = WebSocketClient.Shared(url, options);
        var two = WebSocketClient.Shared(url, options);
        two.Core.ShouldBe(one.Core);
        _ = one.CloseAsync();
        one.Send("late").Error!.Code.ShouldBe("client_closed");
        Should.Throw<ClientException>(one.Reconnect).Code.ShouldBe("client_closed");
        two.State.ShouldBe(ClientState.Idle);
        two.Send("kept").Status.ShouldBe(SendStatus.Queued);
        _ = two.CloseAsync();
        two.State.ShouldBe(ClientState.Closed);
        WebSocketClient.Shared(url, options).Core.ShouldNotBe(one.Core);
    }

    [Fact]
    public void Shared_ListenersOfOne_GoWithIt()
    {
        using var quiet = Quiet.Begin();
        var entry = new SharedClients.Entry("a", Make(null).Core) { Users = 2 };
        var one = new WebSocketClient(entry.Core, entry);
        var two = new WebSocketClient(entry.Core, entry);
        var heard = new List<string>();
        one.On("x", (ClientMessage _) => heard.Add("one"));
        two.On("x", (ClientMessage _) => heard.Add("two"));
        one.Room("r").On("n", (ClientMessage _) => heard.Add("one's room"));
        _ = one.Room("r").JoinAsync();
        two.Room("r").On("n", (ClientMessage _) => heard.Add("two's room"));
        _ = two.Room("r").JoinAsync();
        one.Connect();
        _sockets.Newest.Accept();
        Says("""{"type":"x"}""");
        Says("""{"type":"n","room":"r"}""");
        _ = one.CloseAsync();
        Says("""{"type":"x"}""");
        Says("""{"type":"n","room":"r"}""");
        heard.ShouldBe(["one", "two", "one's room", "two's room", "two", "two's room"]);
        _ = two.Room("r").LeaveAsync();
        _sockets.Newest.Heard.Count(h => h.Contains("leave")).ShouldBe(1);
    }

    [Fact]
    public async Task Calls_FromManyThreads_AreSentOnceAndAnswered()
    {
        var client = Open(new() { Queue = new() { MaxCount = 100_000 } });
        var sends = new Sending[8][];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(() => sends[t] = [.. Enumerable.Range(0, 500).Select(n => client.SendRaw($"{t}.{n}"))])));
        await Task.WhenAll(sends.SelectMany(s => s).Select(s => s.Settled)).Soon();
        var heard = _sockets.Newest.Log;
        heard.Count.ShouldBe(4000);
        for (int t = 0; t < 8; t++)
            heard.Where(h => h.StartsWith($"{t}.", StringComparison.Ordinal)).ShouldBe(Enumerable.Range(0, 500).Select(n => $"{t}.{n}"));
    }

    [Fact]
    public async Task Token_ThatNeverComes_IsGivenUp_AndItsProviderTold()
    {
        using var quiet = Quiet.Begin();
        var source = new TaskCompletionSource<string>();
        CancellationToken told = default;
        var client = Make(new() { Auth = new(r =>
        {
            told = r.CancellationToken;
            return new(source.Task);
        }) });
        client.Connect();
        _clock.Advance(20_000);
        client.State.ShouldBe(ClientState.Waiting);
        client.Error!.Code.ShouldBe("connect_timeout");
        await Task.Delay(Timeout.Infinite, told).ContinueWith(static _ => { }, TaskScheduler.Default).Soon();
        _ = client.CloseAsync();
        _clock.ActiveTimers.ShouldBe(0);
        source.SetException(new InvalidOperationException("too late, and observed"));
    }

    [Fact]
    public async Task DisposeAsync_Again_WaitsForTheSameEnd()
    {
        using var quiet = Quiet.Begin();
        var client = Open();
        var first = client.DisposeAsync().AsTask();
        var second = client.CloseAsync(4000, "other");
        _sockets.Settle();
        await Task.WhenAll(first, second).Soon();
        _sockets.Newest.ClosedWith.ShouldBe(1000);
        _clock.ActiveTimers.ShouldBe(0);
        client.ReadyState.ShouldBe(ReadyState.Closed);
        await Should.ThrowAsync<ClientException>(client.RequestAsync("x"));
        Should.Throw<ClientException>(() => { _ = client.Room("r").JoinAsync(); });
    }

    private WebSocketClient Make(WebSocketClientOptions? options) =>
        new(new ClientCore(new Uri("ws://server/"), (options ?? new()) with { AutoConnect = false, TimeProvider = _clock, Random = new ListRandom(1) }, _sockets), null);

    private WebSocketClient Open(WebSocketClientOptions? options = null)
    {
        var client = Make(options);
        client.Connect();
        _sockets.Newest.Accept();
        return client;
    }

    private void Says(string text) => _sockets.Newest.Says(text);

    private sealed record Chat(string? Content);

    private sealed class Sink(Action<long> told) : IProgress<long>
    {
        public void Report(long value) => told(value);
    }

    /// <summary>Without a synchronization context, so that everything runs where it is called.</summary>
    private sealed class Quiet : IDisposable
    {
        private readonly SynchronizationContext? _before = SynchronizationContext.Current;

        public static Quiet Begin()
        {
            var quiet = new Quiet();
            SynchronizationContext.SetSynchronizationContext(null);
            return quiet;
        }

        public void Dispose() => SynchronizationContext.SetSynchronizationContext(_before);
    }
}
