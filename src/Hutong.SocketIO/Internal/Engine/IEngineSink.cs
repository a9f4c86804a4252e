namespace Hutong.SocketIO.Internal.Engine;

/// <summary>Who gets what an Engine.IO session receives: Socket.IO, or the callbacks of the public API. All calls come on the pool.</summary>
internal interface IEngineSink
{
    /// <summary>
    /// A message of the client. One at a time, in order; the transport reads no further until the task ends, and the memory is valid as long. Text has
    /// been found to be UTF-8.
    /// </summary>
    ValueTask OnMessageAsync(EngineSocket socket, ReadOnlyMemory<byte> data, bool isBinary);

    /// <summary>The client has moved to a WebSocket: <see cref="EngineSocket.Direct"/> is set from here on.</summary>
    void OnUpgraded(EngineSocket socket);

    /// <summary>The session is over. Called once, also while a message is under way that takes too long; none begins after it.</summary>
    void OnClosed(EngineSocket socket, EngineCloseReason reason, string? description);
}
