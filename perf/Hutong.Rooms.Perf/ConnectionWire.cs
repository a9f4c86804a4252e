using Hutong.Connections;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Perf;

/// <summary>What Hutong.Server has between a session and a WebSocket, for connections that came by no request.</summary>
internal sealed class ConnectionWire(WebSocketConnection connection) : SessionWire
{
    public override string Name => "websocket";

    public override Dialect Dialect => Json.Instance;

    public override bool IsOpen => connection.IsOpen;

    // As WebSocketWire has it: in a large room publications go by a group.
    internal override WebSocketConnection Direct => connection;

    public override SessionLag Pending => new(0, connection.BufferedAmount);

    public override bool TrySend(OutgoingMessage message) => connection.TrySend((PreparedMessage)message.In(Json.Instance));

    public override void NotifyDrained(long bytes)
    {
    }

    public override void Close(int code, string reason) => connection.Abort();

    private sealed class Json : Dialect
    {
        public static Json Instance { get; } = new();

        public override object Encode(OutgoingMessage message)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            EnvelopeCodec.Json.Write(output, message.ToEnvelope());
            return PreparedMessage.From(new Message(Connections.MessageType.Text, output.WrittenMemory));
        }
    }
}
