using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;
using Hutong.SocketIO.Protocol;

namespace Hutong.SocketIO.Internal;

/// <summary>An event, or the arguments of an answer, as it is emitted: written once, for however many sockets.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Arguments">The arguments: a JSON array, with placeholders for attachments.</param>
/// <param name="Count">How many arguments.</param>
/// <param name="Attachments">The attachments.</param>
internal sealed record EventData(string Name, ReadOnlyMemory<byte> Arguments, int Count, IReadOnlyList<ReadOnlyMemory<byte>> Attachments)
{
    // What the first byte of OutgoingMessage.Original says.
    private const byte PayloadIsArgument = 0;
    private const byte PayloadIsArguments = 1;
    private const byte Packed = 2;
    private const byte Uncompressed = 0x80;

    private static ReadOnlySpan<byte> FirstPlaceholder => "{\"_placeholder\":true,\"num\":0}"u8;

    /// <summary>Whether it may be compressed where that was agreed on.</summary>
    public bool Compress { get; init; } = true;

    private ReadOnlyMemory<byte> Inner => Arguments[1..^1];

    /// <summary>What is published for it. Whoever knows other wires finds there what they can tell.</summary>
    public PublishRequest ToRequest()
    {
        var (payload, original) = ToPayload();
        return new PublishRequest(EventNames.ToType(Name), payload) { Original = original };
    }

    /// <summary>The event that a message is for Socket.IO; null if Socket.IO has no place for it.</summary>
    public static EventData? From(OutgoingMessage message)
    {
        if (EnvelopeType.Find(message.Type) is not null)
            return null;
        string name = EventNames.ToEvent(message.Type);
        var original = message.Original.Span;
        byte kind = original.IsEmpty ? PayloadIsArgument : (byte)(original[0] & ~Uncompressed);
        bool compress = original.IsEmpty || (original[0] & Uncompressed) == 0;
        var payload = message.Payload;
        if (kind == Packed)
            return Unpack(name, message.Original[1..]) with { Compress = compress };
        if (kind == PayloadIsArguments)
            return new EventData(name, payload.Data, 2, []) { Compress = compress };
        return payload.Kind switch
        {
            PayloadKind.Json => new EventData(name, (byte[])[(byte)'[', .. payload.Data.Span, (byte)']'], 1, []) { Compress = compress },
            PayloadKind.Bytes => new EventData(name, (byte[])[(byte)'[', .. FirstPlaceholder, (byte)']'], 1, [payload.Data]) { Compress = compress },
            _ => new EventData(name, "[]"u8.ToArray(), 0, []) { Compress = compress },
        };
    }

    /// <summary>Writes the packet, but for the bracket that ends its payload.</summary>
    public void WriteEvent(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> nsp, long? id)
    {
        SocketPacket.WriteHead(output, Attachments.Count > 0 ? SocketPacketType.BinaryEvent : SocketPacketType.Event, nsp, id, Attachments.Count);
        output.Write("[\""u8);
        output.Write(JsonEncodedText.Encode(Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        output.Write("\""u8);
        var inner = Inner.Span;
        if (inner.IsEmpty)
            return;
        output.Write(","u8);
        output.Write(inner);
    }

    /// <summary>Writes the packet of an answer.</summary>
    public void WriteAck(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> nsp, long id)
    {
        SocketPacket.WriteHead(output, Attachments.Count > 0 ? SocketPacketType.BinaryAck : SocketPacketType.Ack, nsp, id, Attachments.Count);
        output.Write(Arguments.Span);
    }

    private (Payload Payload, ReadOnlyMemory<byte> Original) ToPayload()
    {
        byte flags = Compress ? (byte)0 : Uncompressed;
        ReadOnlyMemory<byte> marked = flags == 0 ? default : new byte[] { flags };
        if (Count == 0)
            return (Payload.None, marked);
        if (Attachments.Count == 0)
            return Count == 1 ? (Payload.Json(Inner), marked) : (Payload.Json(Arguments), new byte[] { (byte)(PayloadIsArguments | flags) });
        if (Count == 1 && Attachments.Count == 1 && Inner.Span.SequenceEqual(FirstPlaceholder))
            return (Payload.Bytes(Attachments[0]), marked);
        return (Payload.Json(JsonPlaceholders.ToBase64(Count == 1 ? Inner.Span : Arguments.Span, Attachments)), Pack((byte)(Packed | flags)));
    }

    private byte[] Pack(byte kind)
    {
        byte[] packed = new byte[1 + 4 + Arguments.Length + Attachments.Sum(a => 4 + a.Length)];
        packed[0] = kind;
        var rest = packed.AsSpan(1);
        rest = Append(rest, Arguments.Span);
        foreach (var attachment in Attachments)
            rest = Append(rest, attachment.Span);
        return packed;

        static Span<byte> Append(Span<byte> rest, ReadOnlySpan<byte> part)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, part.Length);
            part.CopyTo(rest[4..]);
            return rest[(4 + part.Length)..];
        }
    }

    private static EventData Unpack(string name, ReadOnlyMemory<byte> packed)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        while (packed.Length >= 4)
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(packed.Span);
            parts.Add(packed.Slice(4, length));
            packed = packed[(4 + length)..];
        }

        return new EventData(name, parts[0], 2, parts[1..]);
    }
}
