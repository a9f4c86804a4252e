using System.Buffers;
using System.Text;

namespace Hutong.Rooms.Protocol;

/// <summary>Shorthands for reading and writing.</summary>
internal static class Read
{
    public static (Envelope Envelope, RoomError? Error) Json(string text, EnvelopeLimits? limits = null) => Bytes(Encoding.UTF8.GetBytes(text), limits);

    public static (Envelope Envelope, RoomError? Error) Bytes(byte[] message, EnvelopeLimits? limits = null) =>
        With(EnvelopeCodec.CreateJson(limits), message);

    public static (Envelope Envelope, RoomError? Error) Binary(byte[] message, EnvelopeLimits? limits = null) =>
        With(EnvelopeCodec.CreateBinary(limits), message);

    public static (Envelope Envelope, RoomError? Error) With(EnvelopeCodec codec, byte[] message)
    {
        codec.TryRead(message, out var envelope, out var error).ShouldBe(error is null);
        return (envelope, error);
    }

    public static byte[] Written(this EnvelopeCodec codec, Envelope envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(output, envelope);
        return output.WrittenSpan.ToArray();
    }

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
