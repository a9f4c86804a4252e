using Hutong.Connections;

namespace Hutong.Server.Tests.Support;

internal static class Handlers
{
    /// <summary>Echoes in place: returns at once.</summary>
    public static Task Echo(WebSocketConnection ws)
    {
        ws.OnMessage = (c, m) => c.TrySend(m);
        return Task.CompletedTask;
    }

    /// <summary>Echoes by reading: returns when the connection is over.</summary>
    public static async Task EchoAsync(WebSocketConnection ws)
    {
        await foreach (var m in ws.ReadAllAsync())
            await ws.SendAsync(m);
    }

    /// <summary>Says what it was given as soon as the connection is open, then lives on.</summary>
    public static Func<WebSocketConnection, WebSocketRequest, Task> Tell(Func<WebSocketRequest, string> what) => (ws, request) =>
    {
        ws.TrySend(what(request));
        return Task.CompletedTask;
    };
}
