using System.Text.Json;
using Hutong.SocketIO;

namespace SocketIOConformance;

/// <summary>Tells each client what it said when it connected, and sends messages and arguments back.</summary>
internal static class SocketAnswers
{
    public static void Serve(SocketIOServer io)
    {
        io.OnConnection(Answer);
        io.Of("/custom").OnConnection(Answer);
    }

    private static async ValueTask Answer(Socket socket)
    {
        // All arguments, however many there are: so the event is taken as it is, attachments included.
        socket.OnAny(static e =>
        {
            if (e.Name == "message-with-ack")
                e.Ack?.Send(Arguments(e));
            return default;
        });
        socket.OnAny(e => e.Name == "message" ? socket.EmitAsync("message-back", Arguments(e)) : default);
        // The suite waits for one message after the other, and misses what comes together with the answer to its CONNECT.
        await Task.Delay(20);
        await socket.EmitAsync("auth", socket.Handshake.Auth.ValueKind == JsonValueKind.Undefined ? new object() : socket.Handshake.Auth);
    }

    private static ReadOnlySpan<object?> Arguments(SocketEvent e) => (object?[])[.. Enumerable.Range(0, e.Count).Select(e.GetValue)];
}
