namespace Hutong.Client;

/// <summary>The codes of a <see cref="ClientException"/> that are the client's own; a server has its own beside them.</summary>
public static class ClientErrorCode
{
    /// <summary>A connection could not even be tried: a header or a setting is not valid.</summary>
    public const string ConnectFailed = "connect_failed";

    /// <summary>No connection in time.</summary>
    public const string ConnectTimeout = "connect_timeout";

    /// <summary>No answer to the token in time.</summary>
    public const string AuthTimeout = "auth_timeout";

    /// <summary>The token could not be fetched; what was thrown is the cause.</summary>
    public const string TokenFailed = "token_failed";

    /// <summary>The token was refused, and a fresh one too.</summary>
    public const string AuthFailed = "auth_failed";

    /// <summary>No life after a probe.</summary>
    public const string HeartbeatTimeout = "heartbeat_timeout";

    /// <summary>The connection ended, and nothing is tried again.</summary>
    public const string ConnectionLost = "connection_lost";

    /// <summary>The server closed with a code that is final.</summary>
    public const string Refused = "refused";

    /// <summary>The last attempt has failed.</summary>
    public const string ReconnectFailed = "reconnect_failed";

    /// <summary>The queue, or the number of requests, is at its bound.</summary>
    public const string QueueFull = "queue_full";

    /// <summary>An urgent message or a stream without an open connection.</summary>
    public const string NotOpen = "not_open";

    /// <summary>The transport does not take such data.</summary>
    public const string NotSendable = "not_sendable";

    /// <summary>It came after the client was closed.</summary>
    public const string ClientClosed = "client_closed";

    /// <summary>A request was not answered in time.</summary>
    public const string Timeout = "timeout";

    /// <summary>A request or a stream was given up.</summary>
    public const string Aborted = "aborted";

    /// <summary>A function of the caller's threw; what it threw is the cause.</summary>
    public const string ListenerFailed = "listener_failed";

    /// <summary>A payload does not fit the type that a listener wants; the cause says where.</summary>
    public const string InvalidPayload = "invalid_payload";

    /// <summary>A request has the id of another one that has no answer yet.</summary>
    public const string DuplicateId = "duplicate_id";

    /// <summary>A room was left before it was joined.</summary>
    public const string Left = "left";
}
