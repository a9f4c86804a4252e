namespace Hutong.Protocol;

/// <summary>The four states of a WebSocket, with the numbers of the browser's <c>readyState</c> (WHATWG WebSockets §3.1).</summary>
public enum ReadyState
{
    /// <summary>The opening handshake is under way.</summary>
    Connecting = 0,

    /// <summary>Messages flow.</summary>
    Open = 1,

    /// <summary>The closing handshake is under way.</summary>
    Closing = 2,

    /// <summary>The connection is over, or was never opened.</summary>
    Closed = 3,
}
