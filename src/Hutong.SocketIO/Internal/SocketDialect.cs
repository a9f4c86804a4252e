using Hutong.Connections;
using Hutong.Rooms;

namespace Hutong.SocketIO.Internal;

/// <summary>Messages as the sockets of one namespace get them.</summary>
internal sealed class SocketDialect(ReadOnlyMemory<byte> nsp, bool isTracked) : Dialect
{
    // What stands for a message that Socket.IO has no place for.
    private static readonly object Nothing = new();

    public override object Encode(OutgoingMessage message) =>
        EventData.From(message) is { } data ? new SocketEncoding(data, nsp.Span, isTracked) : Nothing;

    internal override PreparedMessage? FrameOf(OutgoingMessage message) => (message.In(this) as SocketEncoding)?.Single;
}
