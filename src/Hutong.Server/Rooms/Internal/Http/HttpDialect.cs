using System.Buffers;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>
/// The envelope as JSON without a line break, so that it can be a line or an SSE event. The same bytes go to all, whichever HTTP transport they
/// read; what belongs to one session only stands before them.
/// </summary>
internal sealed class HttpDialect : Dialect
{
    private static readonly SearchValues<byte> LineBreaks = SearchValues.Create("\r\n"u8);

    private HttpDialect()
    {
    }

    public static HttpDialect Instance { get; } = new();

    public static byte[] Of(OutgoingMessage message) => (byte[])message.In(Instance);

    public override object Encode(OutgoingMessage message)
    {
        var output = new ArrayBufferWriter<byte>(message.Payload.Data.Length + 128);
        EnvelopeCodec.Json.Write(output, message.ToEnvelope());
        byte[] json = output.WrittenSpan.ToArray();
        // Within JSON's strings there is none: those between its tokens are white space like any other.
        json.AsSpan().ReplaceAny(LineBreaks, (byte)' ');
        return json;
    }
}
