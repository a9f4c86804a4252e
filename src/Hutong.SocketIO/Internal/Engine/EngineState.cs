namespace Hutong.SocketIO.Internal.Engine;

/// <summary>How far a session is.</summary>
internal enum EngineState
{
    /// <summary>Messages flow.</summary>
    Open,

    /// <summary>What was accepted is still sent; then it closes.</summary>
    Closing,

    /// <summary>It is over.</summary>
    Closed,
}
