namespace Hutong.Server.Internal;

/// <summary>What a reader finds.</summary>
internal enum HttpTake
{
    /// <summary>Nothing is there now.</summary>
    Nothing,

    /// <summary>There are messages.</summary>
    Messages,

    /// <summary>Another request has taken its place, or the session goes on over a WebSocket.</summary>
    Replaced,

    /// <summary>The session is over, and all has been read.</summary>
    Ended,
}
