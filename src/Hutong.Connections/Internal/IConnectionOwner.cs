namespace Hutong.Connections.Internal;

/// <summary>Whoever made a connection and counts it.</summary>
internal interface IConnectionOwner
{
    /// <summary>The connection is over, and its callbacks have been called. Once, on any thread, perhaps that of an event loop: be short, do not block.</summary>
    /// <param name="result">How it ended.</param>
    void OnEnded(CloseResult result);
}
