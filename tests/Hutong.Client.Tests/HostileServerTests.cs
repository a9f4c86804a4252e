using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>Servers that open a WebSocket and then do wrong.</summary>
public class HostileServerTests
{
    public static TheoryData<ClientTransport> Transports => W3CWebSocketTests.Transports;

    public static TheoryData<ClientTransport, string, string, ushort> Violations
    {
        get
        {
            var data = new TheoryData<ClientTransport, string, string, ushort>();
            foreach (var transport in Enum.GetValues<ClientTransport>())
            {
                data.Add(transport, "masked", "81 82 01 02 03 04 69 6B", 1002);
                data.Add(transport, "invalid_utf8", "81 02 C3 28", 1007);
                data.Add(transport, "invalid_utf8", "01 01 C3 80 01 28", 1007);
                data.Add(transport, "message_too_big", "82 7F 00 00 00 00 7F FF FF FF 00", 1009);
                data.Add(transport, "length_top_bit", "82 7F FF FF FF FF FF FF FF FF 00", 1002);
                data.Add(transport, "reserved_bits", "C1 00", 1002);
                data.Add(transport, "reserved_opcode", "83 00", 1002);
                data.Add(transport, "unexpected_continuation", "80 00", 1002);
                data.Add(transport, "fragmented_control", "09 00", 1002);
                data.Add(transport, "control_too_long", "89 7E 00 7E", 1002);
                data.Add(transport, "close_payload_length", "88 01 03", 1002);
                data.Add(transport, "invalid_close_code", "88 02 03 ED", 1002);
                data.Add(transport, "invalid_close_reason", "88 04 03 E8 C3 28", 1007);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task Frame_ThatBreaksTheProtocol_GivesEarlierMessagesErrorClose(ClientTransport transport, string error, string hex, ushort code)
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendHexAsync("81 02 68 69 " + hex);
            var close = await session.Peer.ExpectCloseAsync(code);
            // Answered as a good server does; the client reports 1006 all the same, for it failed the connection.
            await session.Peer.SendCloseAsync(close.CloseCode);
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "message hi", $"error {error}", "close 1006 '' unclean"]);
        await server.ScriptDone.Soon();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connection_Reset_GivesErrorClose(ClientTransport transport)
    {
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendTextAsync("hi");
            await ready.Task;
            session.Reset();
        });
        await using var socket = Recorder.Start(server.Url, transport);
        (await socket.NextAsync()).ShouldBe("open");
        (await socket.NextAsync()).ShouldBe("message hi");

        ready.SetResult();

        (await socket.ToEndAsync()).ShouldBe(["error connection_lost", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Connection_EndedWithoutACloseFrame_GivesErrorClose(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendHexAsync("81 02 68 69 81 05 68");
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "message hi", "error connection_lost", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Frames_AfterTheCloseFrame_AreIgnored(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendHexAsync("88 04 03 E8 6F 6B 81 02 68 69 83 FF FF FF");
            await session.Peer.ExpectCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "close 1000 'ok' clean"]);
        await server.ScriptDone.Soon();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Close_WithoutACode_Is1005(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendCloseAsync(code: null);
            await session.Peer.ExpectCloseAsync(code: null);
            await session.Peer.DisposeAsync();
        });

        await using var socket = Recorder.Start(server.Url, transport);

        (await socket.ToEndAsync()).ShouldBe(["open", "close 1005 '' clean"]);
        await server.ScriptDone.Soon();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Server_ThatDoesNotCloseTcp_IsCutAfterTheCloseTimeout(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendCloseAsync(4002, "done");
            await session.Peer.ExpectCloseAsync(4002);
        });
        await using var socket = Recorder.Start(server.Url, transport, In(time));
        (await socket.NextAsync()).ShouldBe("open");
        await server.ScriptDone.Soon();

        time.Advance(TimeSpan.FromSeconds(6));

        (await socket.ToEndAsync()).ShouldBe(["close 4002 'done' clean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Server_ThatDoesNotAnswerTheClose_IsCutAfterTheCloseTimeout(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectCloseAsync(1000);
        });
        await using var socket = Recorder.Start(server.Url, transport, In(time));
        (await socket.NextAsync()).ShouldBe("open");
        socket.Socket.Close(1000);
        await server.ScriptDone.Soon();

        time.Advance(TimeSpan.FromSeconds(6));

        (await socket.ToEndAsync()).ShouldBe(["error close_timeout", "close 1006 '' unclean"]);
        time.ActiveTimers.ShouldBeLessThanOrEqualTo(1, "the timer wheel of all connections, which ends with its next tick");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Server_ThatDiesSilently_IsFoundByThePings(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectTextAsync("are you there?");
            await session.Peer.SendTextAsync("yes");
        });
        await using var socket = Recorder.Start(server.Url, transport, In(time));
        (await socket.NextAsync()).ShouldBe("open");
        socket.Socket.Send("are you there?");
        // A message has come: the connection's clock runs.
        (await socket.NextAsync()).ShouldBe("message yes");

        time.Advance(TimeSpan.FromSeconds(60));

        (await socket.ToEndAsync()).ShouldBe(["error keep_alive_timeout", "close 1006 '' unclean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_ToAServerThatDoesNotRead_StaysCountedAfterTheEnd(ClientTransport transport)
    {
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await ready.Task;
            session.Reset();
        });
        await using var socket = Recorder.Start(server.Url, transport, new W3CWebSocketOptions { MaxBufferedAmount = 64 * 1024 * 1024 });
        (await socket.NextAsync()).ShouldBe("open");

        socket.Socket.Send(new byte[32 * 1024 * 1024]);
        socket.Socket.BufferedAmount.ShouldBeGreaterThan(8 * 1024 * 1024);
        ready.SetResult();
        (await socket.ToEndAsync()).ShouldBe(["error connection_lost", "close 1006 '' unclean"]);

        long after = socket.Socket.BufferedAmount;
        after.ShouldBeGreaterThan(8 * 1024 * 1024);
        socket.Socket.Send("four");
        socket.Socket.BufferedAmount.ShouldBe(after + 4);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Send_BeyondTheBuffer_ClosesWithAnError(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await ready.Task;
        });
        await using var socket = Recorder.Start(server.Url, transport, In(time) with { MaxBufferedAmount = 16 * 1024 * 1024 });
        (await socket.NextAsync()).ShouldBe("open");

        socket.Socket.Send(new byte[32 * 1024 * 1024]);
        socket.Socket.ReadyState.ShouldBe(ReadyState.Open);
        socket.Socket.Send(new byte[1]);
        socket.Socket.ReadyState.ShouldBe(ReadyState.Closing);
        time.Advance(TimeSpan.FromSeconds(6));

        (await socket.ToEndAsync()).ShouldBe(["error buffer_full", "close 1006 '' unclean"]);
        ready.SetResult();
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Stream_ThatFails_ClosesWith1011(ClientTransport transport)
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectFrameAsync(2, fin: false);
            await session.Peer.ExpectCloseAsync(1011);
            await session.Peer.SendCloseAsync(1011);
            await session.Peer.DisposeAsync();
        });
        await using var socket = Recorder.Start(server.Url, transport);
        (await socket.NextAsync()).ShouldBe("open");

        socket.Socket.Send(new BreakingStream());

        await server.ScriptDone.Soon();
        (await socket.ToEndAsync()).ShouldBe(["error stream_failed", "close 1011 '' clean"]);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Dispose_WhileAStreamHangs_CutsTheConnection(ClientTransport transport)
    {
        var time = new ManualTimeProvider();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectFrameAsync(2, fin: false);
        });
        await using var socket = Recorder.Start(server.Url, transport, In(time));
        (await socket.NextAsync()).ShouldBe("open");
        socket.Socket.Send(new HangingStream());
        await server.ScriptDone.Soon();

        var disposing = socket.Socket.DisposeAsync();
        time.Advance(TimeSpan.FromSeconds(10));
        await disposing.Soon();

        (await socket.ToEndAsync()).ShouldBe(["error aborted", "close 1006 '' unclean"]);
    }

    private static W3CWebSocketOptions In(TimeProvider time) =>
        new() { Connect = new() { Connection = new ConnectionOptions { TimeProvider = time } } };

    private sealed class HangingStream : MemoryStream
    {
        private int _reads;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_reads++ > 0)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return 3;
        }
    }

    private sealed class BreakingStream : MemoryStream
    {
        private int _reads;

        public BreakingStream() => SetLength(100);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ == 0 ? new(3) : throw new IOException("broken");
    }
}
