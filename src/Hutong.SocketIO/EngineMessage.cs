using System.Buffers.Text;
using System.Text;
using Hutong.Connections;

namespace Hutong.SocketIO;

/// <summary>One Engine.IO packet that carries a message, encoded once for however many sessions. Immutable; share it among threads.</summary>
public sealed class EngineMessage
{
    private const byte MessageMark = (byte)'4';
    private byte[]? _base64;

    private EngineMessage(PreparedMessage prepared) => Prepared = prepared;

    /// <summary>The heartbeat.</summary>
    internal static EngineMessage Ping { get; } = new(PreparedMessage.Text("2"));

    /// <summary>Nothing: ends a poll.</summary>
    internal static EngineMessage Noop { get; } = new(PreparedMessage.Text("6"));

    /// <summary>The end of a session, which also stands last in a queue that is emptied before.</summary>
    internal static EngineMessage Close { get; } = new(PreparedMessage.Text("1"));

    /// <summary>Whether it is bytes rather than text.</summary>
    public bool IsBinary => Prepared.Type == MessageType.Binary;

    /// <summary>The WebSocket message of it: <c>4</c> and the text, or the bytes as they are.</summary>
    internal PreparedMessage Prepared { get; }

    /// <summary>The packet in a polling payload: <c>4</c> and the text, or <c>b</c> and base64, made by the first who needs it.</summary>
    internal ReadOnlyMemory<byte> Polled => IsBinary ? _base64 ??= ToBase64(Prepared.Data.Span) : Prepared.Data;

    /// <summary>How long <see cref="Polled"/> is, without making it.</summary>
    internal int PolledLength => IsBinary ? 1 + Base64.GetMaxEncodedToUtf8Length(Prepared.Data.Length) : Prepared.Data.Length;

    /// <summary>Makes a text message. Lone surrogates become U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="compress">Whether it may be compressed where that was agreed on.</param>
    public static EngineMessage Text(string text, bool compress = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(PreparedMessage.Text(MessageMark, Encoding.UTF8.GetByteCount(text), text, static (into, text) => Encoding.UTF8.GetBytes(text, into), compress));
    }

    /// <summary>Makes a text message from a copy of UTF-8, which is not checked.</summary>
    /// <param name="utf8">The text, without the packet's type.</param>
    /// <param name="compress">Whether it may be compressed where that was agreed on.</param>
    public static EngineMessage Text(ReadOnlyMemory<byte> utf8, bool compress = true) =>
        new(PreparedMessage.Text(MessageMark, utf8.Length, utf8, static (into, utf8) => utf8.Span.CopyTo(into), compress));

    /// <summary>Makes a binary message from a copy of the bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="compress">Whether it may be compressed where that was agreed on.</param>
    public static EngineMessage Binary(ReadOnlyMemory<byte> data, bool compress = true) => new(PreparedMessage.Binary(data.Span, compress));

    private static byte[] ToBase64(ReadOnlySpan<byte> data)
    {
        byte[] packet = new byte[1 + Base64.GetMaxEncodedToUtf8Length(data.Length)];
        packet[0] = (byte)'b';
        Base64.EncodeToUtf8(data, packet.AsSpan(1), out _, out _);
        return packet;
    }
}
