using Hutong.Connections.Internal;

namespace Hutong.Connections;

/// <content>What the meters are told.</content>
public sealed partial class WebSocketConnection
{
    private long _messagesCounted;
    private long _bytesCounted;

    /// <summary>Once a turn, so that a message costs nothing.</summary>
    private void CountReceived()
    {
        if (!ConnectionMetrics.IsEnabled)
            return;
        ConnectionMetrics.Received(Role, _messagesReceived - _messagesCounted, _bytesReceived - _bytesCounted);
        _messagesCounted = _messagesReceived;
        _bytesCounted = _bytesReceived;
    }

    private void CountDropped() => ConnectionMetrics.Dropped(Role);
}
