using System.Net;
using System.Net.Sockets;
using System.Text;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;

namespace Hutong.Client;

/// <summary>The life of a socket against a real server, over both transports.</summary>
public sealed class W3CWebSocketTests : IAsyncLifetime
{
    private WebSocketServer _server = null!;

    private string Url => _server.Url.ToString();

    public static TheoryData<ClientTransport> Transports => [ClientTransport.Http, ClientTransport.Socket];

    public async ValueTask InitializeAsync() => _server = await WebSocketServer.StartAsync(
        "ws://127.0.0.1:0",
        async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
            {
                if (m.IsText && m.Text == "bye")
                {
                    await ws.SendAsync("last words");
                    _ = ws.CloseAsync((CloseCode)4001, "as you wish");
                }
                else
                {
                    await ws.SendAsync(m);
                }
            }
        },
        new WebSocketServerOptions
        {
            Endpoint = new WebSocketEndpointOptions
            {
                Subprotocols = ["chat.v2", "chat.v1"],
                Extensions = [new PerMessageDeflate()],
                Connection = new ConnectionOptions { MaxMessageSize = 64 * 1024 * 1024, SendQueueLimit = 256 * 1024 * 1024 },
            },
        });

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Events_OfAWholeLife_ComeInOrder(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport, null, "chat.v1", "chat.v2");

        (await socket.NextAsync()).ShouldBe("open");
        socket.SeenState.ShouldBe(ReadyState.Open);
        socket.Socket.Protocol.ShouldBe("chat.v1");
        socket.Socket.Send("héllo");
        socket.Socket.Send([1, 2, 255]);
        (await socket.NextAsync()).ShouldBe("message héllo");
        (await socket.NextAsync()).ShouldBe("message 0102FF");
        socket.Socket.Close(4000, "enough");
        socket.Socket.ReadyState.ShouldBe(ReadyState.Closing);

        (await socket.ToEndAsync()).ShouldBe(["close 4000 '' clean"]);
        socket.SeenState.ShouldBe(ReadyState.Closed);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Close_OfTheServer_ComesAfterItsMessages(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport, null, "chat.v2");
        (await socket.NextAsync()).ShouldBe("open");

        socket.Socket.Send("bye");

        (await socket.ToEndAsync()).ShouldBe(["message last words", "close 4001 'as you wish' clean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Close_WithoutACode_IsReportedAs1005(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport);
        await socket.NextAsync();

        socket.Socket.Close();
        socket.Socket.Close(3000, "repeated calls do nothing");

        (await socket.ToEndAsync()).ShouldBe(["close 1005 '' clean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Close_WhileConnecting_GivesUpAndNeverOpens(ClientTransport transport)
    {
        await using var server = new RawServer(session => session.ReadRequestAsync());
        await using var socket = Recorder.Start(server.Url, transport);
        await server.ScriptDone.Soon();
        socket.Socket.ReadyState.ShouldBe(ReadyState.Connecting);

        socket.Socket.Close();
        socket.Socket.ReadyState.ShouldBe(ReadyState.Closing);

        (await socket.ToEndAsync()).ShouldBe(["error closed_while_connecting", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Close_BeforeAnybodyListens_GivesUpAndNeverOpens(ClientTransport transport)
    {
        await using var server = new RawServer(session => session.OpenAsync());
        var socket = Recorder.Create(server.Url, transport);
        await server.ScriptDone.Soon();
        // Open on the wire, or nearly; but the open event waits for a listener.
        socket.ReadyState.ShouldBe(ReadyState.Connecting);

        socket.Close();

        (await Recorder.Of(socket).ToEndAsync()).ShouldBe(["error closed_while_connecting", "close 1006 '' unclean"]);
    }

    [Fact]
    public async Task Close_WithABadArgument_Throws()
    {
        await using var socket = Recorder.Start(Url, ClientTransport.Socket);

        foreach (ushort code in (ushort[])[0, 999, 1001, 1005, 1006, 1011, 2999, 5000, 65535])
            Should.Throw<ArgumentOutOfRangeException>(() => socket.Socket.Close(code));
        Should.Throw<W3CSyntaxException>(() => socket.Socket.Close(1000, new string('a', 124)));
        Should.Throw<W3CSyntaxException>(() => socket.Socket.Close(1000, string.Concat(Enumerable.Repeat("é", 62))));
        (await socket.NextAsync()).ShouldBe("open");
        socket.Socket.Close(1000, new string('a', 123));
        (await socket.ToEndAsync()).ShouldBe(["close 1000 '' clean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_OfEveryKind_KeepsItsOrder(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport);
        await socket.NextAsync();
        byte[] large = Encoding.UTF8.GetBytes(new string('x', 300_000));

        socket.Socket.Send("first");
        socket.Socket.Send(new MemoryStream(large));
        socket.Socket.Send("after the stream");
        byte[] mine = [1];
        socket.Socket.Send(mine.AsMemory());
        mine[0] = 9;
        socket.Socket.Send(new MemoryStream([2]));
        socket.Socket.Send("");
        socket.Socket.Close(3001);

        socket.Socket.Send("counted, not sent");
        socket.Socket.BufferedAmount.ShouldBeGreaterThanOrEqualTo(17);
        var received = await socket.ToEndAsync();
        // No message event comes after Close; what the server had echoed does not matter here.
        received[^1].ShouldBe("close 3001 '' clean");
        socket.Socket.BufferedAmount.ShouldBe(17);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_AStreamAmongMessages_ComesBackInOrder(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport);
        await socket.NextAsync();
        byte[] large = new byte[200_000];
        Random.Shared.NextBytes(large);

        socket.Socket.Send("first");
        socket.Socket.Send(new MemoryStream(large));
        socket.Socket.Send("second");
        socket.Socket.Send(new MemoryStream());
        socket.Socket.Send("third");

        (await socket.NextAsync()).ShouldBe("message first");
        (await socket.NextAsync()).ShouldBe("message " + Convert.ToHexString(large));
        (await socket.NextAsync()).ShouldBe("message second");
        (await socket.NextAsync()).ShouldBe("message ");
        (await socket.NextAsync()).ShouldBe("message third");
        // The echo may be here before the sending side has noted that its last write is done.
        for (var late = Await.Token; socket.Socket.BufferedAmount > 0 && !late.IsCancellationRequested;)
            await Task.Yield();
        socket.Socket.BufferedAmount.ShouldBe(0);
    }

    [Fact]
    public async Task Send_WhileConnecting_ThrowsInvalidState()
    {
        await using var server = new RawServer(session => session.ReadRequestAsync());
        await using var socket = Recorder.Create(server.Url, ClientTransport.Http);

        Should.Throw<InvalidOperationException>(() => socket.Send("too early"));
        Should.Throw<InvalidOperationException>(() => socket.Send(new byte[1]));
        Should.Throw<InvalidOperationException>(() => socket.Send(Stream.Null));
        socket.BufferedAmount.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_LoneSurrogates_BecomeReplacementCharacters(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport);
        await socket.NextAsync();

        socket.Socket.Send("a\ud800b\udc00");

        (await socket.NextAsync()).ShouldBe("message a\ufffdb\ufffd");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_MegabytesBothWays_ComesBackWhole(ClientTransport transport)
    {
        await using var socket = Recorder.Start(
            Url, transport, new W3CWebSocketOptions { Connect = new() { Connection = new() { MaxMessageSize = 64 * 1024 * 1024 } } });
        await socket.NextAsync();
        string text = new('é', 4_000_000);

        socket.Socket.Send(text);
        socket.Socket.Send(text);

        (await socket.NextAsync()).ShouldBe("message " + text);
        (await socket.NextAsync()).ShouldBe("message " + text);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Extensions_Deflate_IsNegotiatedAndUsed(ClientTransport transport)
    {
        await using var socket = Recorder.Start(Url, transport, new W3CWebSocketOptions { Connect = new() { Extensions = [new PerMessageDeflate()] } });
        await socket.NextAsync();
        string text = new('z', 100_000);

        socket.Socket.Send(text);

        socket.Socket.Extensions.ShouldStartWith("permessage-deflate");
        (await socket.NextAsync()).ShouldBe("message " + text);
    }

    [Fact]
    public async Task BinaryType_Switched_HoldsForTheNextMessage()
    {
        await using var socket = Recorder.Start(Url, ClientTransport.Socket);
        var data = new List<object>();
        socket.Socket.OnMessage += e =>
        {
            data.Add(e.Data);
            e.Target.BinaryType = BinaryType.Stream;
            e.Origin.ShouldBe(Url.TrimEnd('/'));
        };
        await socket.NextAsync();

        socket.Socket.Send([1]);
        socket.Socket.Send([2]);
        await socket.NextAsync();
        (await socket.NextAsync()).ShouldBe("message 02");
        socket.Socket.Close();
        await socket.ToEndAsync();

        data[0].ShouldBeOfType<byte[]>().ShouldBe([1]);
        data[1].ShouldBeAssignableTo<Stream>()!.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Subprotocol_NoneChosen_FailsAsInABrowser()
    {
        await using var socket = Recorder.Start(Url, ClientTransport.Socket, null, "unknown");

        (await socket.ToEndAsync()).ShouldBe(["error subprotocol_missing", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connect_NobodyListens_GivesErrorThenClose(ClientTransport transport)
    {
        // Bound, so that nobody else gets the port; but not listening.
        using var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bound.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await using var socket = Recorder.Start($"ws://{bound.LocalEndPoint}/", transport);

        (await socket.ToEndAsync()).ShouldBe(["error unreachable", "close 1006 '' unclean"]);
    }

    [Fact]
    public async Task Dispose_OfAnOpenSocket_ClosesIt()
    {
        await using var socket = Recorder.Start(Url, ClientTransport.Http);
        await socket.NextAsync();

        await socket.Socket.DisposeAsync().Soon();
        await socket.Socket.DisposeAsync().Soon();

        (await socket.ToEndAsync()).ShouldBe(["close 1005 '' clean"]);
    }
}
