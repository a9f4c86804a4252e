using System.Buffers;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>The binary dialect: writing. Reading is in <see cref="BinaryReading"/>.</summary>
internal sealed class BinaryCodec(EnvelopeLimits limits) : EnvelopeCodec(limits)
{
    public override string Subprotocol => Subprotocols.Binary;

    public override bool IsText => false;

    public override bool TryRead(ReadOnlyMemory<byte> message, out Envelope envelope, out RoomError? error) =>
        BinaryReading.TryRead(message, Limits, out envelope, out error);

    public override void Write(IBufferWriter<byte> output, in Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(output);
        Check(envelope);
        BinaryWriting.Write(output, envelope);
    }
}
