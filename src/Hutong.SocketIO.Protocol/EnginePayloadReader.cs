using System.Buffers;
using System.Text.Unicode;

namespace Hutong.SocketIO.Protocol;

/// <summary>
/// Reads the packets of a polling payload one after the other, as its bytes come: give it what it has not consumed, with more behind it. It allocates
/// nothing: base64 is decoded in its place, so what was read must not be read again.
/// </summary>
/// <param name="maxPacketSize">How large a packet may be, in bytes of the payload.</param>
public struct EnginePayloadReader(int maxPacketSize)
{
    /// <summary>What stands between packets.</summary>
    public const byte Separator = 0x1E;

    private int _searched;

    /// <summary>Whether the last packet of the payload was read.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>What is wrong; null if nothing is. The rest of a payload that is wrong cannot be read.</summary>
    public EngineError? Error { get; private set; }

    /// <summary>Reads a packet.</summary>
    /// <param name="data">What has come of the payload and was not consumed. It is changed in place.</param>
    /// <param name="isFinal">Whether that is the rest of the payload.</param>
    /// <param name="packet">The packet, a view of <paramref name="data"/>.</param>
    /// <param name="consumed">How many bytes were consumed.</param>
    /// <returns>
    /// <see cref="OperationStatus.Done"/> with a packet; <see cref="OperationStatus.NeedMoreData"/> without one, also after the last;
    /// <see cref="OperationStatus.InvalidData"/> with <see cref="Error"/>.
    /// </returns>
    public OperationStatus TryRead(Memory<byte> data, bool isFinal, out EnginePacket packet, out int consumed)
    {
        packet = default;
        consumed = 0;
        if (Error is not null)
            return OperationStatus.InvalidData;
        if (IsAtEnd)
            return OperationStatus.NeedMoreData;
        int length = data.Span[_searched..].IndexOf(Separator);
        bool isLast = length < 0;
        length = isLast ? data.Length : _searched + length;
        if (length > maxPacketSize)
            return Fail(EngineError.TooLarge);
        if (isLast && !isFinal)
        {
            _searched = data.Length;
            return OperationStatus.NeedMoreData;
        }

        _searched = 0;
        if (Parse(data[..length], out packet) is { } error)
            return Fail(error);
        consumed = isLast ? length : length + 1;
        IsAtEnd = isLast;
        return OperationStatus.Done;
    }

    private OperationStatus Fail(EngineError error)
    {
        Error = error;
        return OperationStatus.InvalidData;
    }

    private static EngineError? Parse(Memory<byte> record, out EnginePacket packet)
    {
        packet = default;
        if (record.IsEmpty)
            return EngineError.Empty;
        var data = record[1..];
        if (EnginePacket.TryGetType(record.Span[0], out var type))
        {
            if (!Utf8.IsValid(data.Span))
                return EngineError.InvalidUtf8;
            packet = new EnginePacket(type, data);
            return null;
        }

        if (record.Span[0] != EnginePacket.BinaryMark)
            return EngineError.UnknownType;
        if (!EnginePacket.TryDecode(data.Span, out int length))
            return EngineError.InvalidBase64;
        packet = new EnginePacket(EnginePacketType.Message, data[..length], isBinary: true);
        return null;
    }
}
