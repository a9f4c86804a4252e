using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Perf;

/// <summary>A wire that encodes, and drops what it is given.</summary>
internal sealed class NullWire : SessionWire
{
    public override string Name => "null";

    public override Dialect Dialect => Json.Instance;

    public override SessionLag Pending => default;

    public override bool TrySend(OutgoingMessage message) => message.In(Json.Instance) is not null;

    public override void NotifyDrained(long bytes)
    {
    }

    public override void Close(int code, string reason)
    {
    }

    private sealed class Json : Dialect
    {
        public static Json Instance { get; } = new();

        public override object Encode(OutgoingMessage message)
        {
            var output = new System.Buffers.ArrayBufferWriter<byte>();
            EnvelopeCodec.Json.Write(output, message.ToEnvelope());
            return output;
        }
    }
}
