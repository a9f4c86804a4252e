using System.Net;
using System.Net.WebSockets;
using Hutong.Connections;

namespace Hutong.Interop.Matrix;

/// <summary>.NET's own client in the matrix.</summary>
internal static class PlatformClient
{
    /// <summary>Holds one conversation; returns the server's answer about extensions.</summary>
    public static async Task<string> TalkAsync(Uri url, Mode mode, bool fragmented, bool http2)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var invoker = new HttpMessageInvoker(new SocketsHttpHandler { SslOptions = Certificate.Own.ForClient("localhost") });
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.HttpVersion = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        if (mode.Options is { } options)
        {
            socket.Options.DangerousDeflateOptions = new()
            {
                ServerContextTakeover = !options.ServerNoContextTakeover,
                ClientContextTakeover = !options.ClientNoContextTakeover,
                ServerMaxWindowBits = options.ServerMaxWindowBits,
                ClientMaxWindowBits = options.ClientMaxWindowBits,
            };
        }

        await socket.ConnectAsync(url, invoker, late.Token);
        for (int i = 0; i < Conversation.Sizes.Length; i++)
        {
            var (content, type) = Conversation.Message(i, fragmented);
            var kind = type == MessageType.Text ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
            int size = fragmented ? (content.Length + 3) / 4 : content.Length;
            for (int at = 0; at < content.Length; at += size)
            {
                int length = Math.Min(size, content.Length - at);
                await socket.SendAsync(content.AsMemory(at, length), kind, at + length == content.Length, late.Token);
            }

            byte[] answer = new byte[content.Length + 1];
            int received = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(answer.AsMemory(received), late.Token);
                received += result.Count;
            }
            while (!result.EndOfMessage);
            result.MessageType.ShouldBe(kind);
            answer.AsSpan(0, received).SequenceEqual(content).ShouldBeTrue($"another message came back for {content.Length}");
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", late.Token);
        socket.CloseStatus.ShouldBe(WebSocketCloseStatus.NormalClosure);
        return socket.HttpResponseHeaders!.TryGetValue("Sec-WebSocket-Extensions", out var extensions) ? string.Join(", ", extensions) : "";
    }
}
