using System.Text;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.SocketIO.Tests.Support;

/// <summary>A real server with Socket.IO at <c>/socket.io</c> and rooms at <c>/rt</c>.</summary>
internal sealed class SocketApp : IAsyncDisposable
{
    private readonly TestApp _app;
    private readonly List<IAsyncDisposable> _peers = [];

    private SocketApp(TestApp app) => _app = app;

    public SocketIOServer Server => _app.Host.Services.GetRequiredService<SocketIOServer>();

    public IRooms Rooms => _app.Host.Services.GetRequiredService<IRooms>();

    public int Port => _app.Port;

    public static async Task<SocketApp> StartAsync(Action<SocketIOServer> io, Action<RoomsBuilder> rooms, SocketIOOptions? options = null) =>
        new(await TestApp.StartAsync(
            app =>
            {
                app.MapSocketIO(io);
                app.MapRooms("/rt", rooms);
            },
            builder => builder.Services.AddSocketIO(options)));

    /// <summary>A client of Socket.IO on a WebSocket, in the main namespace, and in one room.</summary>
    /// <returns>The connection, and the socket's id.</returns>
    public async Task<(WirePeer Peer, string Id)> ConnectAsync()
    {
        var peer = await OpenAsync("/socket.io/?EIO=4&transport=websocket");
        (await ReadAsync(peer)).ShouldStartWith("0{");
        await peer.SendTextAsync("40");
        string answer = await ReadAsync(peer);
        answer.ShouldStartWith("40{");
        string id = JsonDocument.Parse(answer[2..]).RootElement.GetProperty("sid").GetString()!;
        await Patience.UntilAsync(() => Server.Sockets[id].Rooms.Count == 2, "the room that it is let into");
        return (peer, id);
    }

    /// <summary>A client of the rooms' own protocol, in a room.</summary>
    public async Task<WirePeer> JoinAsync(string room)
    {
        var peer = await OpenAsync("/rt");
        await peer.SendTextAsync($$"""{"type":"join","room":"{{room}}","id":1}""");
        (await ReadAsync(peer)).ShouldContain("\"ack\"");
        return peer;
    }

    /// <summary>A reader of server-sent events, in a room.</summary>
    public async Task<StreamReader> ReadEventsAsync(string room)
    {
        using var client = new HttpClient();
        var response = await client.GetAsync(new Uri($"http://127.0.0.1:{Port}/rt/sse?room={room}"), HttpCompletionOption.ResponseHeadersRead, Patience.Token());
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (!(await NextEventAsync(reader)).Contains("\"ack\"", StringComparison.Ordinal))
        {
        }

        return reader;
    }

    /// <summary>The next event's data.</summary>
    public static async Task<string> NextEventAsync(StreamReader reader)
    {
        while (true)
        {
            string line = await reader.ReadLineAsync(Patience.Token()) ?? throw new EndOfStreamException();
            if (line.StartsWith("data:", StringComparison.Ordinal))
                return line[5..].Trim();
        }
    }

    /// <summary>The next message; bytes as <c>b:</c> and hexadecimal. Pings are answered.</summary>
    public static async Task<string> ReadAsync(WirePeer peer)
    {
        while (true)
        {
            var frame = await peer.ReadFrameAsync();
            if (frame.Opcode == 2)
                return "b:" + Convert.ToHexString(frame.Payload.Span);
            string text = Encoding.UTF8.GetString(frame.Payload.Span);
            frame.Opcode.ShouldBe((byte)1, text);
            if (text != "2")
                return text;
            await peer.SendTextAsync("3");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody answers a close any more: the server shall not wait for it.
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await _app.DisposeAsync();
    }

    /// <summary>A WebSocket, gone with the app.</summary>
    public async Task<WirePeer> OpenAsync(string path)
    {
        var peer = await WirePeer.OpenAsync(Port, path);
        _peers.Add(peer);
        return peer;
    }
}
