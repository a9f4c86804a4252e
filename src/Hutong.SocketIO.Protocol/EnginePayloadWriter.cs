using System.Buffers;
using System.Buffers.Text;

namespace Hutong.SocketIO.Protocol;

/// <summary>Writes packets into a polling payload, with separators between them.</summary>
/// <param name="output">Where to.</param>
public struct EnginePayloadWriter(IBufferWriter<byte> output)
{
    private bool _any;

    /// <summary>Writes a packet.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="text">What it carries, in UTF-8.</param>
    public void Write(EnginePacketType type, ReadOnlySpan<byte> text = default)
    {
        Separate();
        var into = output.GetSpan(1 + text.Length);
        into[0] = (byte)(EnginePacket.FirstType + (int)type);
        text.CopyTo(into[1..]);
        output.Advance(1 + text.Length);
    }

    /// <summary>Writes a message of bytes.</summary>
    /// <param name="data">The bytes.</param>
    public void WriteBinary(ReadOnlySpan<byte> data)
    {
        Separate();
        var into = output.GetSpan(1 + Base64.GetMaxEncodedToUtf8Length(data.Length));
        into[0] = EnginePacket.BinaryMark;
        Base64.EncodeToUtf8(data, into[1..], out _, out int written);
        output.Advance(1 + written);
    }

    /// <summary>Writes a packet that was encoded for polling beforehand.</summary>
    /// <param name="packet">The packet, with its type.</param>
    public void WriteEncoded(ReadOnlySpan<byte> packet)
    {
        Separate();
        output.Write(packet);
    }

    private void Separate()
    {
        if (_any)
        {
            output.GetSpan(1)[0] = EnginePayloadReader.Separator;
            output.Advance(1);
        }

        _any = true;
    }
}
