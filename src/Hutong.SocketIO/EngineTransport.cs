namespace Hutong.SocketIO;

/// <summary>What carries an Engine.IO session.</summary>
public enum EngineTransport
{
    /// <summary>HTTP requests: a GET that waits for packets, and a POST for those of the client.</summary>
    Polling,

    /// <summary>A WebSocket.</summary>
    WebSocket,
}
