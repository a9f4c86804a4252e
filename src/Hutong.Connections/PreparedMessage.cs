using System.Buffers;
using System.Text;
using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>
/// A message that is encoded once and sent to many; where compression without context was agreed on, it is compressed once too, for all who
/// agreed on the same. Immutable; share it among threads and connections.
/// </summary>
public sealed class PreparedMessage
{
    private readonly byte[] _frame;
    private readonly int _headerSize;

    // One entry is all that nearly every server needs; the list is replaced, never changed.
    private SharedFrame[] _shared = [];

    private PreparedMessage(MessageType type, int length, bool compress)
    {
        Type = type;
        Compress = compress;
        var header = new FrameHeader((Opcode)type, length);
        _headerSize = header.Size;
        _frame = new byte[header.Size + length];
        header.Write(_frame);
    }

    /// <summary>Text or binary.</summary>
    public MessageType Type { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Data => _frame.AsMemory(_headerSize);

    /// <summary>Whether it may be compressed.</summary>
    public bool Compress { get; }

    /// <summary>The whole frame as a server sends it plain.</summary>
    internal byte[] ServerFrame => _frame;

    /// <summary>Prepares a text message. Lone surrogates become U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="compress">
    /// False to send it plain although compression was agreed on: for secrets beside text that an attacker chooses, whose compressed length
    /// would tell.
    /// </param>
    public static PreparedMessage Text(ReadOnlySpan<char> text, bool compress = true)
    {
        var message = new PreparedMessage(MessageType.Text, Encoding.UTF8.GetByteCount(text), compress);
        Encoding.UTF8.GetBytes(text, message._frame.AsSpan(message._headerSize));
        return message;
    }

    /// <summary>Prepares a binary message from a copy of the bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="compress">False to send it plain although compression was agreed on.</param>
    public static PreparedMessage Binary(ReadOnlySpan<byte> data, bool compress = true) => Copy(MessageType.Binary, data, compress);

    /// <summary>Prepares a text message that begins with a byte of its own, as Engine.IO's packets do.</summary>
    internal static PreparedMessage Text<T>(byte first, int length, T text, SpanAction<byte, T> write, bool compress)
    {
        var message = new PreparedMessage(MessageType.Text, 1 + length, compress);
        var payload = message._frame.AsSpan(message._headerSize);
        payload[0] = first;
        write(payload[1..], text);
        return message;
    }

    /// <summary>Prepares a copy of a message that was received, to send it on.</summary>
    /// <param name="message">The message.</param>
    public static PreparedMessage From(Message message) => Copy(message.Type, message.Data.Span, compress: true);

    /// <summary>The frames as a server sends them where the extension's encoding is shared: made by the first who needs them.</summary>
    internal byte[] SharedFrames(object encoding, Sender sender)
    {
        foreach (var frame in Volatile.Read(ref _shared))
        {
            if (frame.Encoding.Equals(encoding))
                return frame.Bytes;
        }

        var output = new ArrayBufferWriter<byte>(Data.Length);
        sender.WriteMessage(output, (Opcode)Type, Data.Span);
        byte[] bytes = output.WrittenSpan.ToArray();
        // Of two who make it at once one's work is lost, and nothing else.
        Volatile.Write(ref _shared, [.. _shared, new SharedFrame(encoding, bytes)]);
        return bytes;
    }

    private static PreparedMessage Copy(MessageType type, ReadOnlySpan<byte> data, bool compress)
    {
        var message = new PreparedMessage(type, data.Length, compress);
        data.CopyTo(message._frame.AsSpan(message._headerSize));
        return message;
    }

    private sealed record SharedFrame(object Encoding, byte[] Bytes);
}
