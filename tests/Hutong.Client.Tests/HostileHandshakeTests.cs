using System.Text;
using Hutong.Connections;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>Servers that do the opening handshake wrong. Every case ends with error and close 1006, over both transports alike.</summary>
public class HostileHandshakeTests
{
    private const string Good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n";

    public static TheoryData<ClientTransport, string, string> Refusals
    {
        get
        {
            var data = new TheoryData<ClientTransport, string, string>();
            foreach (var transport in Enum.GetValues<ClientTransport>())
            {
                Add("invalid_accept", Good.Replace("{accept}", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", StringComparison.Ordinal));
                Add("invalid_accept", Good.Replace("Sec-WebSocket-Accept: {accept}\r\n", "", StringComparison.Ordinal));
                Add("invalid_accept", Good.Replace("\r\n\r\n", "\r\nSec-WebSocket-Accept: {accept}\r\n\r\n", StringComparison.Ordinal));
                Add("invalid_upgrade", Good.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal));
                Add("invalid_upgrade", Good.Replace("Upgrade: websocket", "Upgrade: h2c", StringComparison.Ordinal));
                Add("invalid_connection", Good.Replace("Connection: Upgrade\r\n", "", StringComparison.Ordinal));
                Add("unexpected_status", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                Add("unexpected_status", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                Add("unexpected_status", "HTTP/1.1 301 Moved\r\nLocation: ws://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n");
                Add("unexpected_status", "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
                Add("unexpected_status", "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                Add("unexpected_status", "HTTP/1.1 500 Oops\r\nContent-Length: 1000000\r\n\r\npart of a page");
                Add("unexpected_status", "HTTP/1.1 503 Busy\r\n\r\n");
                Add("unrequested_subprotocol", With("Sec-WebSocket-Protocol: other"));
                Add("unrequested_extension", With("Sec-WebSocket-Extensions: permessage-deflate"));
                Add("unrequested_extension", With("Sec-WebSocket-Extensions: permessage-deflate, x-webkit-deflate-frame"));
                Add("unrequested_extension", With("Sec-WebSocket-Extensions: ;;"));
                Add("invalid_response", "SSH-2.0-OpenSSH_9.2\r\n\r\n");
                Add("invalid_response", "HTTP/1.1 abc Switching\r\n\r\n");
                Add("invalid_response", "HTTP/1.1 101 Switching Protocols\r\nno colon\r\n\r\n");
                Add("response_too_large", "HTTP/1.1 101 Switching Protocols\r\n" + string.Concat(Enumerable.Repeat("X-More: and more\r\n", 2000)));
                Add("response_too_large", "HTTP/1.1 101 Switching Protocols\r\nX-Long: " + new string('a', 40_000));

                void Add(string error, string response) => data.Add(transport, error, response);
            }

            return data;

            static string With(string header) => Good.Replace("\r\n\r\n", "\r\n" + header + "\r\n\r\n", StringComparison.Ordinal);
        }
    }

    public static TheoryData<ClientTransport> Transports => W3CWebSocketTests.Transports;

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task Response_ThatIsWrong_FailsTheConnection(ClientTransport transport, string error, string response)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendAsync(Encoding.Latin1.GetBytes(response.Replace("{accept}", session.Accept, StringComparison.Ordinal)));
        });

        await using var socket = Recorder.Start(server.Url + "?token=secret", transport);

        (await socket.ToEndAsync()).ShouldBe([$"error {error}", "close 1006 '' unclean"]);
        socket.Error!.Message.ShouldNotContain("secret");
        socket.Error.Exception!.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Refusal_WithAStatus_IsOneTypedException(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 6\r\n\r\nsecret");
        });

        var thrown = await Should.ThrowAsync<WebSocketConnectException>(
            () => WebSocketClientConnector.ConnectAsync(server.Url, new WebSocketConnectOptions { Transport = transport }, Await.Token));

        thrown.Code.ShouldBe("unexpected_status");
        ((int?)thrown.StatusCode).ShouldBe(401);
        thrown.Message.ShouldBe("unexpected_status: The server did not switch protocols. The server answered 401.");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connection_ResetInTheHandshake_IsLost(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 101 Swi");
            session.Reset();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["error lost_in_handshake", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connection_EndedInTheHandshake_IsLost(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            await session.Peer.SendHttpAsync("HTTP/1.1 101 Switching Protocols\r\nUpgr");
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["error lost_in_handshake", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Server_ThatIsSilent_IsGivenUpAfterTheConnectTimeout(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(session => session.ReadRequestAsync());
        await using var socket = Recorder.Start(
            server.Url, transport, new W3CWebSocketOptions { Connect = new() { Connection = new ConnectionOptions { TimeProvider = time } } });
        await server.ScriptDone.Soon();

        time.Advance(TimeSpan.FromSeconds(15));

        (await socket.ToEndAsync()).ShouldBe(["error connect_timeout", "close 1006 '' unclean"]);
        time.ActiveTimers.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Caller_WhoGivesUp_GetsItsOwnCancellation(ClientTransport transport)
    {
        await using var server = new RawServer(session => session.ReadRequestAsync());
        using var cancellation = new CancellationTokenSource();
        var connecting = WebSocketClientConnector.ConnectAsync(server.Url, new WebSocketConnectOptions { Transport = transport }, cancellation.Token);
        await server.ScriptDone.Soon();

        await cancellation.CancelAsync();

        (await Should.ThrowAsync<OperationCanceledException>(connecting.Soon())).CancellationToken.ShouldBe(cancellation.Token);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Response_OneByteAtATime_WithInterimResponsesAndAMessageBehind_Opens(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            string head = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + Good.Replace("{accept}", session.Accept, StringComparison.Ordinal);
            foreach (char c in head)
                await session.Peer.SendAsync((byte)c);
            await session.Peer.SendHexAsync("81 02 68 69 88 02 03 E8");
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "message hi", "close 1000 '' clean"]);
        await server.ScriptDone.Soon();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Response_WithAMessageInTheSameSegment_LosesNothing(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.ReadRequestAsync();
            byte[] head = Encoding.Latin1.GetBytes(Good.Replace("{accept}", session.Accept, StringComparison.Ordinal));
            await session.Peer.SendAsync([.. head, .. Convert.FromHexString("81026869" + "8100" + "880203E8")]);
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "message hi", "message ", "close 1000 '' clean"]);
        await server.ScriptDone.Soon();
    }
}
