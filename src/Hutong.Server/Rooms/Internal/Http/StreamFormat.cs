using System.Buffers;
using System.Buffers.Text;
using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>How messages stand in the body of a response that does not end. One for each response.</summary>
internal abstract class StreamFormat
{
    public abstract string ContentType { get; }

    public virtual void WriteStart(IBufferWriter<byte> output)
    {
    }

    public abstract void Write(IBufferWriter<byte> output, long number, OutgoingMessage message);

    public abstract void WriteHeartbeat(IBufferWriter<byte> output);

    protected static void WriteNumber(IBufferWriter<byte> output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out int written);
        output.Advance(written);
    }
}
