using Hutong.Connections;
using Hutong.Server;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <summary>
/// An Engine.IO session: one client, over whichever transport it is on. Sends may come from any number of threads at once and keep their order,
/// also when the client moves from polling to a WebSocket.
/// </summary>
public sealed partial class EngineSocket
{
    private readonly EngineServer _server;

    // Guards everything below but what is volatile. No code of others runs under it.
    private readonly Lock _gate = new();

    // Null from the moment on that a WebSocket is the transport.
    private Polling? _polling;
    private WebSocketConnection? _webSocket;
    private volatile WebSocketConnection? _direct;
    private volatile EngineState _state;

    /// <summary>Makes a session that polls.</summary>
    internal EngineSocket(EngineServer server, string id, WebSocketRequest request, string? user)
    {
        _server = server;
        Id = id;
        Request = request;
        User = user;
        _ownsRequest = true;
        _polling = new Polling();
    }

    /// <summary>Makes a session on a WebSocket, whose request it does not own.</summary>
    internal EngineSocket(EngineServer server, string id, WebSocketRequest request, WebSocketConnection connection)
    {
        _server = server;
        Id = id;
        Request = request;
        _webSocket = connection;
        _direct = connection;
    }

    /// <summary>The session's id: 20 characters that nobody can guess. Whoever knows it may poll the session: do not log it.</summary>
    public string Id { get; }

    /// <summary>What carries it now.</summary>
    public EngineTransport Transport => Volatile.Read(ref _polling) is null ? EngineTransport.WebSocket : EngineTransport.Polling;

    /// <summary>The request that opened it.</summary>
    public WebSocketRequest Request { get; }

    /// <summary>Whether messages can be sent: false from the moment on that either side closes it.</summary>
    public bool IsOpen => _state == EngineState.Open && _direct is not { IsOpen: false };

    /// <summary>
    /// Takes the messages of the client, one at a time, in order; what it returns is waited for before the next is read. A handler that takes longer than
    /// the heartbeats allow holds up the client's pong too, which is then waited for as long. Set it in the handler of new sessions; without one, messages
    /// are dropped. An exception closes the session.
    /// </summary>
    public Func<EngineSocket, Message, ValueTask>? OnMessage { get; set; }

    /// <summary>Called once when the client has moved to a WebSocket.</summary>
    public Action<EngineSocket>? OnUpgrade { get; set; }

    /// <summary>Called once when the session is over.</summary>
    public Action<EngineSocket, EngineCloseReason>? OnClose { get; set; }

    /// <summary>Who gets what the client sends: the callbacks, or Socket.IO. To be set before the handler of new sessions has ended.</summary>
    internal IEngineSink Sink { get; set; } = CallbackSink.Instance;

    /// <summary>The WebSocket once it is the transport and nothing waits before it; null on polling.</summary>
    internal WebSocketConnection? Direct => _direct;

    /// <summary>The user whom the host knew when a session that polls began, and whose requests alone it takes; null: nobody.</summary>
    internal string? User { get; }

    /// <summary>Kind and transport: the id must not end up in logs by accident.</summary>
    public override string ToString() => $"Engine.IO session over {Transport}";
}
