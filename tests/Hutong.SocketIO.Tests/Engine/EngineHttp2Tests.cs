using System.Net;
using System.Net.WebSockets;
using System.Text;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Hutong.SocketIO.Tests.Engine;

/// <summary>Over one connection of HTTP/2: polls, and a WebSocket (RFC 8441).</summary>
public class EngineHttp2Tests
{
    [Fact]
    public async Task Session_OverHttp2_PollsAndMoves()
    {
        await using var app = await EngineApp.StartAsync(
            configure: b => b.WebHost.ConfigureKestrel(k => k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2)));
        app.Version = HttpVersion.Version20;
        string sid = await app.OpenAsync();
        await app.PostAsync(sid, "4hello");
        (await app.PollAsync(sid)).ShouldBe("4hello");

        using var socket = new ClientWebSocket { Options = { HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact } };
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{app.App.Port}{EngineApp.WebSocket(sid)}"), app.Client, Patience.Token());
        await SendAsync(socket, "2probe");
        (await ReadAsync(socket)).ShouldBe("3probe");
        await SendAsync(socket, "5");
        await SendAsync(socket, "4moved");

        (await ReadAsync(socket)).ShouldBe("4moved");
        app.Events.Items.ShouldBe(["open", "text hello", "upgrade", "text moved"]);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", Patience.Token());
        await app.ClosesAsync("transport close");
    }

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, Patience.Token());

    private static async Task<string> ReadAsync(ClientWebSocket socket)
    {
        byte[] buffer = new byte[100];
        var result = await socket.ReceiveAsync(buffer, Patience.Token());
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }
}
