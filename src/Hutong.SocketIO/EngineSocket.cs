using Hutong.Connections;
using Hutong.Server;
using Hutong.SocketIO.Internal.Engine;

namespace Hutong.SocketIO;

/// <summary>
/// An Engine.IO session: one client, over whichever transport it is on. Sends may come from any number of threads at once and keep their order,
/// also when the client moves from polling to a WebSocket.
/// </summary>
public sealed class EngineSocket
{
    internal EngineSocket(string id, WebSocketRequest request) => (Id, Request) = (id, request);

    /// <summary>The session's id: 20 characters that nobody can guess. Whoever knows it may poll the session: do not log it.</summary>
    public string Id { get; }

    /// <summary>What carries it now.</summary>
    public EngineTransport Transport => throw new NotSupportedException();

    /// <summary>The request that opened it.</summary>
    public WebSocketRequest Request { get; }

    /// <summary>Whether messages can be sent: false from the moment on that either side closes it.</summary>
    public bool IsOpen => throw new NotSupportedException();

    /// <summary>Bytes that were accepted and neither handed to the network nor answered to a poll.</summary>
    public long BufferedAmount => throw new NotSupportedException();

    /// <summary>
    /// Takes the messages of the client, one at a time, in order; what it returns is waited for before the next is read. A handler that takes longer than
    /// the heartbeats allow holds up the client's pong too. Set it in the handler of new sessions; without one, messages are dropped. An exception closes
    /// the session.
    /// </summary>
    public Func<EngineSocket, Message, ValueTask>? OnMessage { get; set; }

    /// <summary>Called once when the client has moved to a WebSocket.</summary>
    public Action<EngineSocket>? OnUpgrade { get; set; }

    /// <summary>Called once when the session is over.</summary>
    public Action<EngineSocket, EngineCloseReason>? OnClose { get; set; }

    /// <summary>Sends a message if the queue has room; never waits.</summary>
    /// <param name="message">The message.</param>
    /// <returns>Whether it was accepted. False if the queue is full (<see cref="EngineOptions.QueueLimit"/>) or the session is over.</returns>
    public bool TrySend(EngineMessage message) => throw new NotSupportedException();

    /// <summary>Sends several messages, all or none, with nothing of others between them; never waits.</summary>
    /// <param name="messages">The messages.</param>
    /// <returns>Whether they were accepted. False if the queue has no room for all of them or the session is over.</returns>
    public bool TrySend(ReadOnlySpan<EngineMessage> messages) => throw new NotSupportedException();

    /// <summary>Sends a message, and waits for room in the queue.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up waiting: the message is then not sent.</param>
    /// <returns>Whether it was accepted. False if the session is over.</returns>
    public ValueTask<bool> SendAsync(EngineMessage message, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <summary>Sends what was accepted, then closes.</summary>
    public void Close() => throw new NotSupportedException();

    /// <summary>Who gets what the client sends.</summary>
    internal IEngineSink? Sink { get; set; }

    /// <summary>The WebSocket once it is the transport and nothing waits before it; null on polling.</summary>
    internal WebSocketConnection? Direct => throw new NotSupportedException();

    /// <summary>Whether a message would leave at once: a poll waits, or the WebSocket has nothing unsent.</summary>
    internal bool IsWritable => throw new NotSupportedException();

    /// <summary>Calls back once, as soon as no more than so many bytes are unsent; at once if that is so. A second call replaces the first.</summary>
    internal void NotifyDrained(long bytes, Action callback) => throw new NotSupportedException();

    /// <summary>Closes the transport now, without what is unsent. <see cref="IEngineSink.OnClosed"/> follows.</summary>
    internal void Close(EngineCloseReason reason, string? description = null) => throw new NotSupportedException();
}
