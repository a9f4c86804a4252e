namespace Hutong.Protocol;

/// <summary>Where a closing handshake stands, and so what the layer above does next. Each waiting step needs a timeout of that layer.</summary>
public enum ClosingStep
{
    /// <summary>Neither end has sent a close frame.</summary>
    Open,

    /// <summary>This end has sent its close frame: wait for the peer's.</summary>
    AwaitClose,

    /// <summary>The peer has sent its close frame: answer it.</summary>
    Answer,

    /// <summary>Both have, and this end is the client: wait for the server to close TCP (RFC 6455 §7.1.1).</summary>
    AwaitEnd,

    /// <summary>Close TCP now.</summary>
    CloseTransport,
}
