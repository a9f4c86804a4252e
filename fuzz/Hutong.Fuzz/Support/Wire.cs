using System.Text;

namespace Hutong.Fuzz;

/// <summary>Builds what a peer sends (RFC 6455 §5.2), byte by byte and with none of the engine's code.</summary>
public sealed class Wire(Role receiver)
{
    public const int Fin = 0x80;
    public const int Rsv1 = 0x40;

    private readonly List<byte> _bytes = [];
    private readonly byte[] _key = new byte[4];
    private int _frames;

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public Wire Raw(params ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>A header without its payload. <paramref name="form"/>: the bytes of the extended length (0, 2, 8), or -1 for the shortest.</summary>
    public Wire Header(int first, ulong length, int form = -1, bool? masked = null)
    {
        bool mask = masked ?? receiver == Role.Server;
        if (form < 0)
            form = length < 126 ? 0 : length < 65536 ? 2 : 8;
        _bytes.Add((byte)first);
        _bytes.Add((byte)((mask ? 0x80 : 0) | (form == 0 ? (int)length : form == 2 ? 126 : 127)));
        for (int i = form - 1; i >= 0; i--)
            _bytes.Add((byte)(length >> (8 * i)));
        _frames++;
        for (int i = 0; i < 4; i++)
            _key[i] = mask ? (byte)((_frames * 73) + (i * 41) + 17) : (byte)0;
        if (mask)
            _bytes.AddRange(_key);
        return this;
    }

    /// <summary>A frame; its first byte is given as it stands.</summary>
    public Wire Frame(int first, ReadOnlySpan<byte> payload, int form = -1, bool? masked = null)
    {
        Header(first, (ulong)payload.Length, form, masked);
        for (int i = 0; i < payload.Length; i++)
            _bytes.Add((byte)(payload[i] ^ _key[i % 4]));
        return this;
    }

    public Wire Text(string text, bool fin = true) => Frame((fin ? Fin : 0) | 1, Encoding.UTF8.GetBytes(text));

    public Wire Text(ReadOnlySpan<byte> text, bool fin = true) => Frame((fin ? Fin : 0) | 1, text);

    public Wire Binary(ReadOnlySpan<byte> payload, bool fin = true) => Frame((fin ? Fin : 0) | 2, payload);

    public Wire Continue(ReadOnlySpan<byte> payload, bool fin = true) => Frame(fin ? Fin : 0, payload);

    public Wire Ping(ReadOnlySpan<byte> payload = default) => Frame(Fin | 9, payload);

    public Wire Pong(ReadOnlySpan<byte> payload = default) => Frame(Fin | 10, payload);

    public Wire Close() => Frame(Fin | 8, []);

    public Wire Close(int code, string reason = "") => Frame(Fin | 8, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);
}
