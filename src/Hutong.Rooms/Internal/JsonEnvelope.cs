using System.Buffers;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <summary>Publications as JSON values, as they stand within an answer.</summary>
internal sealed class JsonEnvelope : Dialect
{
    public static JsonEnvelope Instance { get; } = new();

    public static ReadOnlySpan<byte> Of(Publication publication) => (byte[])publication.In(Instance);

    public override object Encode(OutgoingMessage message)
    {
        var output = new ArrayBufferWriter<byte>(message.Payload.Data.Length + 128);
        EnvelopeCodec.Json.Write(output, message.ToEnvelope());
        return output.WrittenSpan.ToArray();
    }
}
