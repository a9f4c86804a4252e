using System.Buffers;
using System.Text;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>The open packet, of which only the session's id differs.</summary>
internal sealed class OpenPacket
{
    private readonly byte[] _template;
    private readonly int _position;

    public OpenPacket(EngineOptions options, bool upgrades)
    {
        string mark = new('-', EngineServer.IdLength);
        var open = new EngineOpen(
            mark, upgrades ? ["websocket"] : [], (int)options.PingInterval.TotalMilliseconds, (int)options.PingTimeout.TotalMilliseconds, options.MaxPayload);
        var output = new ArrayBufferWriter<byte>();
        output.Write("0"u8);
        open.Write(output);
        _template = output.WrittenSpan.ToArray();
        _position = output.WrittenSpan.IndexOf(Encoding.ASCII.GetBytes(mark));
    }

    public byte[] For(string id)
    {
        byte[] packet = [.. _template];
        Encoding.ASCII.GetBytes(id, packet.AsSpan(_position));
        return packet;
    }
}
