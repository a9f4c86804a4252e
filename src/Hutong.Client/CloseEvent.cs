namespace Hutong.Client;

/// <summary>The connection is over.</summary>
public sealed class CloseEvent : W3CEvent
{
    internal CloseEvent(W3CWebSocket target, ushort code, string reason, bool wasClean)
        : base(target)
    {
        Code = code;
        Reason = reason;
        WasClean = wasClean;
    }

    /// <summary>The server's close code; 1005 if its close frame had none, 1006 if the connection failed.</summary>
    public ushort Code { get; }

    /// <summary>The server's reason; empty if none.</summary>
    public string Reason { get; }

    /// <summary>Whether the closing handshake was done.</summary>
    public bool WasClean { get; }
}
