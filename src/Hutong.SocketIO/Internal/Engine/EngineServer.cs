using Hutong.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>The Engine.IO sessions of one mapped address, and the requests that open and serve them.</summary>
/// <param name="services">The host's services.</param>
/// <param name="pattern">The route, for metrics.</param>
/// <param name="options">How it behaves. Validated here.</param>
/// <param name="onOpen">Sets <see cref="EngineSocket.Sink"/>; the client hears of its session, and messages are delivered, when the task has ended.</param>
internal sealed class EngineServer(IServiceProvider services, string pattern, EngineOptions options, Func<EngineSocket, ValueTask> onOpen)
{
    public EngineOptions Options => options;

    public ServerState Server { get; } = ServerState.For(services);

    public string Pattern => pattern;

    /// <summary>How many sessions there are.</summary>
    public int Count => throw new NotSupportedException();

    /// <summary>Serves any request at the address: polls, handshakes of WebSockets, preflights.</summary>
    public Task HandleAsync(HttpContext context)
    {
        _ = onOpen;
        throw new NotSupportedException();
    }
}
