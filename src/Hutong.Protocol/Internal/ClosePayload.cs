using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Hutong.Protocol.Internal;

/// <summary>The payload of a close frame (RFC 6455 §5.5.1): nothing, or a code and a reason.</summary>
internal static class ClosePayload
{
    public static ProtocolError? TryRead(ReadOnlySpan<byte> payload, out CloseStatus status)
    {
        status = new CloseStatus(CloseCode.NoStatus, "");
        if (payload.IsEmpty)
            return null;
        if (payload.Length == 1)
            return ProtocolError.ClosePayloadLength;
        var code = (CloseCode)BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!code.IsValidOnWire)
            return ProtocolError.InvalidCloseCode;
        if (!Utf8.IsValid(payload[2..]))
            return ProtocolError.InvalidCloseReason;
        status = new CloseStatus(code, Encoding.UTF8.GetString(payload[2..]));
        return null;
    }

    /// <summary>Writes a close payload; a code of 1005 stands for none.</summary>
    /// <returns>The bytes written, at most 125.</returns>
    public static int Write(CloseCode code, ReadOnlySpan<char> reason, Span<byte> destination)
    {
        if (code == CloseCode.NoStatus)
            return 0;
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)code);
        return 2 + Encoding.UTF8.GetBytes(reason, destination[2..]);
    }
}
