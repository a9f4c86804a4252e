using System.Diagnostics.Tracing;

namespace Hutong.Client.Internal;

/// <summary>What goes wrong where nobody listens: for <c>dotnet-trace</c>, provider <c>Hutong-Client</c>.</summary>
[EventSource(Name = "Hutong-Client")]
internal sealed class ClientEvents : EventSource
{
    public static readonly ClientEvents Log = new();

    [Event(1, Level = EventLevel.Error, Message = "A listener threw: {0}")]
    public void ListenerFailed(string exception) => WriteEvent(1, exception);
}
