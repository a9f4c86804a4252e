using System.Diagnostics.Tracing;

namespace Hutong.Connections.Internal;

/// <summary>What goes wrong where nobody is left to tell: for <c>dotnet-trace</c>, provider <c>Hutong-Connections</c>.</summary>
[EventSource(Name = "Hutong-Connections")]
internal sealed class ConnectionEvents : EventSource
{
    public static readonly ConnectionEvents Log = new();

    [Event(1, Level = EventLevel.Error, Message = "A callback threw after the connection was over: {0}")]
    public void CallbackFailed(string exception) => WriteEvent(1, exception);
}
