using System.Buffers;
using Hutong.Connections;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using WireType = Hutong.Connections.MessageType;

namespace Hutong.Server.Internal;

/// <summary>Messages as WebSockets send them, in one of the envelope's dialects.</summary>
internal sealed class WebSocketDialect : Dialect
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly WireType _type;

    private WebSocketDialect(EnvelopeCodec codec)
    {
        Codec = codec;
        _type = codec.IsText ? WireType.Text : WireType.Binary;
    }

    public static WebSocketDialect Json { get; } = new(EnvelopeCodec.Json);

    public static WebSocketDialect Binary { get; } = new(EnvelopeCodec.Binary);

    public EnvelopeCodec Codec { get; }

    /// <summary>The dialect of a connection by its subprotocol.</summary>
    public static WebSocketDialect Of(WebSocketConnection connection) => connection.Subprotocol == Subprotocols.Binary ? Binary : Json;

    public override object Encode(OutgoingMessage message)
    {
        const int Kept = 64 << 10;

        var buffer = _buffer ?? new ArrayBufferWriter<byte>(1024);
        _buffer = null;
        buffer.ResetWrittenCount();
        Codec.Write(buffer, message.ToEnvelope());
        var prepared = PreparedMessage.From(new Message(_type, buffer.WrittenMemory));
        if (buffer.Capacity <= Kept)
            _buffer = buffer;
        return prepared;
    }
}
