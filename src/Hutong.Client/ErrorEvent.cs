using Hutong.Connections;

namespace Hutong.Client;

/// <summary>The connection failed. A page learns nothing here, lest it look around in its user's network; a program does.</summary>
public sealed class ErrorEvent : W3CEvent
{
    internal ErrorEvent(W3CWebSocket target, ConnectionError error)
        : base(target) => Error = error;

    /// <summary>What went wrong, with a stable code; see <c>docs/reference/errors.md</c>.</summary>
    public ConnectionError Error { get; }
}
