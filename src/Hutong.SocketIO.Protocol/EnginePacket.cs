using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Hutong.SocketIO.Protocol;

/// <summary>One Engine.IO 4 packet: a view of the bytes that it was read from.</summary>
/// <param name="type">What it is.</param>
/// <param name="data">What it carries: UTF-8, or any bytes.</param>
/// <param name="isBinary">Whether it carries bytes rather than text. Only messages do.</param>
public readonly struct EnginePacket(EnginePacketType type, ReadOnlyMemory<byte> data, bool isBinary = false)
{
    internal const byte BinaryMark = (byte)'b';
    internal const byte FirstType = (byte)'0';

    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    /// <summary>What it is.</summary>
    public EnginePacketType Type { get; } = type;

    /// <summary>What it carries, without the type. It lives as long as the bytes it was read from.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Whether it carries bytes rather than text.</summary>
    public bool IsBinary { get; } = isBinary;

    /// <summary>
    /// Reads a packet from a WebSocket's text message, which is UTF-8 already. (A binary message is a binary packet as it is.) Base64, which some
    /// clients send there too, is decoded into memory of its own.
    /// </summary>
    /// <param name="text">The whole message.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>Whether it is a packet.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> text, out EnginePacket packet, [NotNullWhen(false)] out EngineError? error)
    {
        packet = default;
        error = null;
        if (text.IsEmpty)
        {
            error = EngineError.Empty;
        }
        else if (text.Span[0] is var first && TryGetType(first, out var type))
        {
            packet = new EnginePacket(type, text[1..]);
        }
        else if (first != BinaryMark)
        {
            error = EngineError.UnknownType;
        }
        else
        {
            byte[] bytes = text[1..].ToArray();
            if (TryDecode(bytes, out int length))
                packet = new EnginePacket(EnginePacketType.Message, bytes.AsMemory(0, length), isBinary: true);
            else
                error = EngineError.InvalidBase64;
        }

        return error is null;
    }

    internal static bool TryGetType(byte first, out EnginePacketType type)
    {
        type = (EnginePacketType)(first - FirstType);
        return type is >= EnginePacketType.Open and <= EnginePacketType.Noop;
    }

    /// <summary>Decodes base64 in its place.</summary>
    internal static bool TryDecode(Span<byte> text, out int length)
    {
        length = 0;
        // The platform's decoder would skip white space.
        return !text.ContainsAny(WhiteSpace) && Base64.DecodeFromUtf8InPlace(text, out length) == OperationStatus.Done;
    }
}
