using System.Buffers;
using System.Text;
using Hutong.Rooms;

namespace Hutong.Server.Internal;

/// <summary>
/// Server-sent events: <c>data</c> is the envelope, and the id is what an <c>EventSource</c> brings back by itself: token and number, and the
/// position where the stream was opened for one room.
/// </summary>
internal sealed class SseFormat(SessionToken token, string? onlyRoom, TimeSpan retry) : StreamFormat
{
    private readonly byte[] _id = Encoding.ASCII.GetBytes($"id: {token}.");
    private StreamPosition? _position;

    public override string ContentType => "text/event-stream";

    public override void WriteStart(IBufferWriter<byte> output)
    {
        output.Write("retry: "u8);
        WriteNumber(output, (long)retry.TotalMilliseconds);
        output.Write("\n\n"u8);
    }

    public override void Write(IBufferWriter<byte> output, long number, OutgoingMessage message)
    {
        output.Write(_id);
        WriteNumber(output, number);
        if (onlyRoom is not null)
            WritePosition(output, message);
        output.Write("\ndata: "u8);
        output.Write(HttpDialect.Of(message));
        output.Write("\n\n"u8);
    }

    public override void WriteHeartbeat(IBufferWriter<byte> output) => output.Write(":\n\n"u8);

    private void WritePosition(IBufferWriter<byte> output, OutgoingMessage message)
    {
        if (message.Room == onlyRoom && message.Position is { } position)
            _position = position;
        if (_position is not { } last)
            return;
        output.Write("."u8);
        Encoding.ASCII.GetBytes(last.Epoch, output);
        output.Write(":"u8);
        WriteNumber(output, last.Offset);
    }
}
