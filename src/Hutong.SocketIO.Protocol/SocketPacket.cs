using System.Buffers;
using System.Buffers.Text;
using System.Text.Unicode;
using Hutong.SocketIO.Protocol.Internal;

namespace Hutong.SocketIO.Protocol;

/// <summary>
/// A packet of the Socket.IO protocol, revision 5, without its attachments. The memory of one that was read lies in the message that it was read from, and is valid
/// as long as that.
/// </summary>
public readonly record struct SocketPacket
{
    /// <summary>The greatest ack id: what a JavaScript number holds exactly.</summary>
    public const long MaxId = (1L << 53) - 1;

    private static readonly byte[] Main = "/"u8.ToArray();

    private readonly ReadOnlyMemory<byte> _namespace;

    /// <summary>What it is.</summary>
    public SocketPacketType Type { get; init; }

    /// <summary>The namespace, as UTF-8 that begins with <c>/</c>; by default the main one, <c>/</c>.</summary>
    public ReadOnlyMemory<byte> Namespace
    {
        get => _namespace.IsEmpty ? Main : _namespace;
        init => _namespace = value;
    }

    /// <summary>The ack id; null if it has none.</summary>
    public long? Id { get; init; }

    /// <summary>How many attachments follow it.</summary>
    public int Attachments { get; init; }

    /// <summary>The payload: a JSON value, or empty.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether its attachments follow as messages of their own.</summary>
    public bool IsBinary => Type is SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck;

    /// <summary>Reads a packet.</summary>
    /// <param name="message">The text message of the connection below, as UTF-8.</param>
    /// <param name="limits">How large its parts may be.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="error">What is wrong with it; null if nothing is.</param>
    /// <returns>Whether it could be read.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> message, SocketPacketLimits limits, out SocketPacket packet, out SocketPacketError? error)
    {
        ArgumentNullException.ThrowIfNull(limits);
        packet = default;
        var data = message.Span;
        if (data.Length > limits.MaxSize)
            error = SocketPacketError.TooLarge;
        else if (!Utf8.IsValid(data))
            error = SocketPacketError.InvalidUtf8;
        else
            error = Read(message, data, limits, out packet);
        if (error is not null)
            packet = default;
        return error is null;
    }

    /// <summary>Writes the packet.</summary>
    /// <param name="output">Where to.</param>
    public void Write(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteHead(output, Type, Namespace.Span, Id, Attachments);
        output.Write(Data.Span);
    }

    /// <summary>Writes what stands before a packet's payload.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="type">What it is.</param>
    /// <param name="nsp">The namespace, as UTF-8.</param>
    /// <param name="id">The ack id; null for none.</param>
    /// <param name="attachments">How many attachments follow; written for binary types only.</param>
    public static void WriteHead(IBufferWriter<byte> output, SocketPacketType type, ReadOnlySpan<byte> nsp, long? id = null, int attachments = 0)
    {
        ArgumentNullException.ThrowIfNull(output);
        var span = output.GetSpan(nsp.Length + 48);
        int length = 0;
        span[length++] = (byte)('0' + (int)type);
        if (type is SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck)
        {
            Utf8Formatter.TryFormat(attachments, span[length..], out int digits);
            length += digits;
            span[length++] = (byte)'-';
        }

        if (nsp.Length > 1)
        {
            nsp.CopyTo(span[length..]);
            length += nsp.Length;
            span[length++] = (byte)',';
        }

        if (id is { } number)
        {
            Utf8Formatter.TryFormat(number, span[length..], out int digits);
            length += digits;
        }

        output.Advance(length);
    }

    private static SocketPacketError? Read(ReadOnlyMemory<byte> message, ReadOnlySpan<byte> data, SocketPacketLimits limits, out SocketPacket packet)
    {
        packet = default;
        if (data.IsEmpty || data[0] - '0' is not (>= 0 and <= 6))
            return SocketPacketError.UnknownType;
        var type = (SocketPacketType)(data[0] - '0');
        int at = 1;
        int attachments = 0;
        if (type is SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck)
        {
            if (!TryReadDigits(data, ref at, int.MaxValue, out long count) || at >= data.Length || data[at++] != '-')
                return SocketPacketError.InvalidAttachments;
            if (count > limits.MaxAttachments)
                return SocketPacketError.TooManyAttachments;
            attachments = (int)count;
        }

        ReadOnlyMemory<byte> nsp = default;
        if (at < data.Length && data[at] == '/')
        {
            int comma = data[at..].IndexOf((byte)',');
            int length = comma < 0 ? data.Length - at : comma;
            if (length > limits.MaxNamespaceSize)
                return SocketPacketError.InvalidNamespace;
            nsp = message.Slice(at, length);
            at += comma < 0 ? length : length + 1;
        }

        long? id = null;
        if (at < data.Length && data[at] is >= (byte)'0' and <= (byte)'9')
        {
            if (!TryReadDigits(data, ref at, MaxId, out long number) || type is not (SocketPacketType.Event or SocketPacketType.Ack or SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck))
                return SocketPacketError.InvalidId;
            id = number;
        }

        if (id is null && type is SocketPacketType.Ack or SocketPacketType.BinaryAck)
            return SocketPacketError.InvalidId;
        packet = new SocketPacket { Type = type, Namespace = nsp, Id = id, Attachments = attachments, Data = message[at..] };
        return PayloadRules.Check(type, data[at..], attachments, limits.MaxDepth);
    }

    /// <summary>Reads digits; false if there are none, or the number is above the limit.</summary>
    private static bool TryReadDigits(ReadOnlySpan<byte> data, ref int at, long limit, out long number)
    {
        number = 0;
        int start = at;
        while (at < data.Length && data[at] is >= (byte)'0' and <= (byte)'9')
        {
            number = (number * 10) + (data[at++] - '0');
            if (number > limit)
                return false;
        }

        return at > start;
    }
}
