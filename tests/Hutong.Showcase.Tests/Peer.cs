using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Hutong.Showcase;

/// <summary>Somebody who speaks to the server without a page, by the platform's own client.</summary>
internal sealed class Peer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _late = new(Patience);
    private readonly byte[] _buffer = new byte[64 << 10];

    private Peer()
    {
    }

    /// <summary>The subprotocol that was agreed on.</summary>
    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>What the server closed with.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    public static async Task<Peer> ConnectAsync(Server server, string path, params string[] subprotocols)
    {
        var peer = new Peer();
        foreach (string each in subprotocols)
            peer._socket.Options.AddSubProtocol(each);
        await peer._socket.ConnectAsync(new Uri($"ws{server.Url[4..]}{path}"), peer._late.Token);
        return peer;
    }

    public Task SayAsync(string text) => _socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _late.Token);

    public Task SayAsync(byte[] bytes) => _socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, _late.Token);

    /// <summary>The next message; null when the server has closed.</summary>
    public async Task<byte[]?> HearAsync()
    {
        using var message = new MemoryStream();
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(), _late.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(_buffer, 0, part.Count);
            if (part.EndOfMessage)
                return message.ToArray();
        }
    }

    /// <summary>The next message as text.</summary>
    public async Task<string> HearTextAsync() => Encoding.UTF8.GetString(await HearAsync() ?? throw new InvalidOperationException($"Closed with {CloseCode}."));

    /// <summary>Reads up to the first message that is what is looked for.</summary>
    public async Task<JsonElement> HearAsync(Func<JsonElement, bool> isWanted)
    {
        while (true)
        {
            var json = JsonElement.Parse(await HearTextAsync());
            if (isWanted(json))
                return json;
        }
    }

    /// <summary>Reads up to the first message of a type.</summary>
    public Task<JsonElement> HearAsync(string type) => HearAsync(json => json.TryGetProperty("type", out var given) && given.ValueEquals(type));

    public Task LeaveAsync() => _socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", _late.Token);

    public void Dispose()
    {
        _socket.Dispose();
        _late.Dispose();
    }
}
