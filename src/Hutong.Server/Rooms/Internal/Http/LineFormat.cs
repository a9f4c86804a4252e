using System.Buffers;
using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>One JSON object a line, its number first. An empty line shows that the stream lives.</summary>
internal sealed class LineFormat : StreamFormat
{
    public override string ContentType => "application/x-ndjson";

    public override void Write(IBufferWriter<byte> output, long number, OutgoingMessage message)
    {
        WriteNumbered(output, number, message);
        output.Write("\n"u8);
    }

    public override void WriteHeartbeat(IBufferWriter<byte> output) => output.Write("\n"u8);

    public static void WriteNumbered(IBufferWriter<byte> output, long number, OutgoingMessage message)
    {
        output.Write("{\"seq\":"u8);
        WriteNumber(output, number);
        output.Write(","u8);
        output.Write(HttpDialect.Of(message).AsSpan(1));
    }
}
