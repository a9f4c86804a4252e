using System.Net.WebSockets;
using System.Text;
using Hutong.Testing;

namespace Hutong.Client;

/// <summary>A connection as the platform's WebSocket, against a peer that says byte by byte what is to be said.</summary>
public class ConnectionWebSocketTests
{
    [Fact]
    public async Task Receive_IntoASmallBuffer_GivesTheMessageInParts()
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendFrameAsync(1, "hel"u8.ToArray(), fin: false);
            await session.Peer.SendFrameAsync(0, "lo"u8.ToArray());
            await session.Peer.SendFrameAsync(2, new byte[] { 1, 2, 3 });
            await session.Peer.SendFrameAsync(1);
        });
        using var ws = await OpenAsync(server);

        (await ReceiveMessageAsync(ws, 2)).ShouldBe((WebSocketMessageType.Text, "hello"));
        (await ReceiveMessageAsync(ws, 100)).ShouldBe((WebSocketMessageType.Binary, "\u0001\u0002\u0003"));
        (await ReceiveMessageAsync(ws, 1)).ShouldBe((WebSocketMessageType.Text, ""));
        ws.State.ShouldBe(WebSocketState.Open);
    }

    [Fact]
    public async Task Receive_Cancelled_LosesNothing()
    {
        var ready = new TaskCompletionSource();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await ready.Task;
            await session.Peer.SendTextAsync("late");
        });
        using var ws = await OpenAsync(server);
        using var cancellation = new CancellationTokenSource();

        var receiving = ws.ReceiveAsync(new byte[10].AsMemory(), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(receiving.Soon());
        ready.SetResult();

        ws.State.ShouldBe(WebSocketState.Open);
        (await ReceiveMessageAsync(ws, 100)).ShouldBe((WebSocketMessageType.Text, "late"));
    }

    [Fact]
    public async Task Send_WholeAndInPieces_ArrivesInOrder()
    {
        var frames = new List<string>();
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectTextAsync("whole");
            var text = new StringBuilder();
            RawFrame frame;
            do
            {
                frame = await session.Peer.ReadFrameAsync(Await.Token);
                frame.Opcode.ShouldBe((byte)(text.Length == 0 && frames.Count == 0 ? 2 : 0));
                frames.Add(frame.Text);
                text.Append(frame.Text);
            }
            while (!frame.Fin);
            text.ToString().ShouldBe("one two three");
            await session.Peer.ExpectTextAsync("after");
        });
        using var ws = await OpenAsync(server);

        await ws.SendAsync("whole"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Await.Token);
        await ws.SendAsync("one "u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: false, Await.Token);
        await ws.SendAsync("two "u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: false, Await.Token);
        await ws.SendAsync("three"u8.ToArray(), WebSocketMessageType.Binary, endOfMessage: true, Await.Token);
        await ws.SendAsync("after"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, Await.Token);

        await server.ScriptDone.Soon();
    }

    [Fact]
    public async Task Close_OfThePeer_IsReceivedWithItsStatus()
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.SendCloseAsync(4003, "over");
            await session.Peer.ExpectCloseAsync(4003);
            await session.Peer.DisposeAsync();
        });
        using var ws = await OpenAsync(server);

        var result = await ws.ReceiveAsync(new ArraySegment<byte>(new byte[10]), Await.Token);

        (result.MessageType, (int?)result.CloseStatus, result.CloseStatusDescription).ShouldBe((WebSocketMessageType.Close, 4003, "over"));
        ws.State.ShouldBe(WebSocketState.CloseReceived);
        await ws.CloseAsync(WebSocketCloseStatus.NormalClosure, null, Await.Token);
        ws.State.ShouldBe(WebSocketState.Closed);
        await Should.ThrowAsync<WebSocketException>(() => ws.SendAsync(new byte[1], WebSocketMessageType.Binary, true, Await.Token));
        await Should.ThrowAsync<WebSocketException>(() => ws.ReceiveAsync(new byte[1], Await.Token));
    }

    [Fact]
    public async Task CloseOutput_ThenReceive_GivesTheRestAndTheClose()
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            await session.Peer.ExpectCloseAsync(1000, "bye");
            await session.Peer.SendTextAsync("still");
            await session.Peer.SendCloseAsync(1000);
            await session.Peer.DisposeAsync();
        });
        using var ws = await OpenAsync(server);

        await ws.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", Await.Token);
        ws.State.ShouldBe(WebSocketState.CloseSent);

        (await ReceiveMessageAsync(ws, 100)).ShouldBe((WebSocketMessageType.Text, "still"));
        (await ws.ReceiveAsync(new byte[10].AsMemory(), Await.Token)).MessageType.ShouldBe(WebSocketMessageType.Close);
        ws.State.ShouldBe(WebSocketState.Closed);
    }

    [Fact]
    public async Task Connection_Lost_ThrowsAndIsAborted()
    {
        await using var server = new RawServer(async session =>
        {
            await session.OpenAsync();
            session.Reset();
        });
        using var ws = await OpenAsync(server);

        var thrown = await Should.ThrowAsync<WebSocketException>(ws.ReceiveAsync(new byte[10].AsMemory(), Await.Token).AsTask());

        thrown.WebSocketErrorCode.ShouldBe(WebSocketError.ConnectionClosedPrematurely);
        ws.State.ShouldBe(WebSocketState.Aborted);
        ws.CloseStatus.ShouldBeNull();
    }

    private static async Task<WebSocket> OpenAsync(RawServer server)
    {
        var connection = await WebSocketClientConnector.ConnectAsync(server.Url, new WebSocketConnectOptions { Transport = ClientTransport.Socket }, Await.Token);
        return connection.AsWebSocket();
    }

    private static async Task<(WebSocketMessageType Type, string Text)> ReceiveMessageAsync(WebSocket ws, int bufferSize)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[bufferSize];
        while (true)
        {
            var result = await ws.ReceiveAsync(buffer.AsMemory(), Await.Token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, result.Count));
            if (result.EndOfMessage)
                return (result.MessageType, text.ToString());
        }
    }
}
