using System.Buffers;
using Hutong.Connections;

namespace Hutong.SocketIO.Internal;

/// <summary>An event as the sockets of a namespace get it: one Engine.IO message, or one and its attachments.</summary>
internal sealed class SocketEncoding
{
    // The packet without the bracket at its end, where each socket gets one of its own.
    private readonly byte[]? _head;
    private readonly EngineMessage[] _attachments;
    private readonly bool _compress;
    private EngineMessage[]? _messages;

    public SocketEncoding(EventData data, ReadOnlySpan<byte> nsp, bool isTracked)
    {
        _compress = data.Compress;
        _attachments = data.Attachments.Count == 0 ? [] : [.. data.Attachments.Select(a => EngineMessage.Binary(a, data.Compress))];
        using var buffer = PacketBuffer.Rent();
        data.WriteEvent(buffer.Writer, nsp, id: null);
        if (isTracked)
        {
            _head = buffer.Writer.WrittenSpan.ToArray();
            return;
        }

        buffer.Writer.Write("]"u8);
        _messages = [EngineMessage.Text(buffer.Writer.WrittenMemory, data.Compress), .. _attachments];
    }

    /// <summary>The messages for any socket.</summary>
    public EngineMessage[] Messages => _messages ??= Make("]"u8);

    /// <summary>The one WebSocket message that it is; null if there are several.</summary>
    public PreparedMessage? Single => Messages is [var message] ? message.Prepared : null;

    /// <summary>The messages for one socket, with an argument more.</summary>
    /// <param name="offset">The argument, which needs no escapes.</param>
    public EngineMessage[] With(ReadOnlySpan<byte> offset) => Make([.. ",\""u8, .. offset, .. "\"]"u8]);

    private EngineMessage[] Make(ReadOnlySpan<byte> end)
    {
        using var buffer = PacketBuffer.Rent();
        buffer.Writer.Write(_head);
        buffer.Writer.Write(end);
        return [EngineMessage.Text(buffer.Writer.WrittenMemory, _compress), .. _attachments];
    }
}
