namespace Hutong.SocketIO;

/// <summary>Why an Engine.IO session ended, in the words of the reference implementation. The set is closed.</summary>
public sealed class EngineCloseReason
{
    /// <summary>The client closed it, or its connection was lost.</summary>
    public static readonly EngineCloseReason TransportClose = new("transport close");

    /// <summary>The transport failed, or the client broke its rules: two polls at once, a request that was given up, a frame that is too large.</summary>
    public static readonly EngineCloseReason TransportError = new("transport error");

    /// <summary>A ping was not answered within <see cref="EngineOptions.PingTimeout"/>.</summary>
    public static readonly EngineCloseReason PingTimeout = new("ping timeout");

    /// <summary>This end closed it.</summary>
    public static readonly EngineCloseReason ForcedClose = new("forced close");

    /// <summary>The client sent what is no packet.</summary>
    public static readonly EngineCloseReason ParseError = new("parse error");

    /// <summary>The server goes down.</summary>
    public static readonly EngineCloseReason ServerShuttingDown = new("server shutting down");

    private EngineCloseReason(string text) => Text = text;

    /// <summary>The reason as the reference implementation has it, such as <c>transport close</c>.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
