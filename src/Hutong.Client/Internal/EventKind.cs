namespace Hutong.Client.Internal;

/// <summary>The four events of a browser's WebSocket.</summary>
internal enum EventKind
{
    /// <summary>The connection is open.</summary>
    Open,

    /// <summary>A message.</summary>
    Message,

    /// <summary>The connection failed.</summary>
    Error,

    /// <summary>The connection is over.</summary>
    Close,
}
