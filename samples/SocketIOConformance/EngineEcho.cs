using Hutong.SocketIO;

namespace SocketIOConformance;

/// <summary>Sends every message back.</summary>
internal static class EngineEcho
{
    public static void Serve(EngineSocket socket) => socket.OnMessage = static async (socket, message) =>
        await socket.SendAsync(message.IsText ? EngineMessage.Text(message.Data) : EngineMessage.Binary(message.Data));
}
