namespace Hutong.SocketIO.Internal.Engine;

/// <summary>What becomes of a GET or a POST with a session's id.</summary>
internal enum PollStart
{
    /// <summary>It is served.</summary>
    Served,

    /// <summary>The session is over, or no longer polls.</summary>
    Refused,

    /// <summary>There is one already: the session is closed.</summary>
    Overlap,
}
