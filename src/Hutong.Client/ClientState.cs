namespace Hutong.Client;

/// <summary>Where a <see cref="WebSocketClient"/> stands; <c>docs/topics/client.md</c> draws what leads from one to the next.</summary>
public enum ClientState
{
    /// <summary>Nothing was begun.</summary>
    Idle,

    /// <summary>A token is fetched, a connection opened.</summary>
    Connecting,

    /// <summary>The connection is open, the token sent, and not answered.</summary>
    Authenticating,

    /// <summary>Messages flow.</summary>
    Open,

    /// <summary>The next attempt begins at <see cref="WebSocketClient.RetryAt"/>.</summary>
    Waiting,

    /// <summary>An attempt failed, and the surroundings know of no network.</summary>
    Offline,

    /// <summary>Ended on purpose: by this end for good, or by the server with 1000.</summary>
    Closed,

    /// <summary>Ended otherwise; <see cref="WebSocketClient.Error"/> says why.</summary>
    Failed,
}
