namespace Hutong.Client;

/// <summary>What carries a client's messages.</summary>
public enum ClientTransportKind
{
    /// <summary>A WebSocket.</summary>
    WebSocket,

    /// <summary>Server-sent events, and POST for what is sent.</summary>
    ServerSentEvents,

    /// <summary>Long polling, and POST for what is sent.</summary>
    LongPolling,
}
