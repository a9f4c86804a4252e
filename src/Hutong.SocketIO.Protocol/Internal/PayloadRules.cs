using System.Text.Json;

namespace Hutong.SocketIO.Protocol.Internal;

/// <summary>What each type of packet may carry.</summary>
internal static class PayloadRules
{
    public static SocketPacketError? Check(SocketPacketType type, ReadOnlySpan<byte> data, int attachments, int maxDepth)
    {
        if (data.IsEmpty)
            return type is SocketPacketType.Connect or SocketPacketType.Disconnect ? null : SocketPacketError.InvalidPayload;
        // One level more than allowed, so that too deep a payload is told from one that is no JSON.
        var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = maxDepth + 1 });
        try
        {
            if (!reader.Read())
                return SocketPacketError.InvalidJson;
            if (CheckStart(type, ref reader) is { } error)
            {
                // What is no JSON at all is told so.
                while (reader.Read())
                {
                }

                return error;
            }

            return Walk(ref reader, type is SocketPacketType.BinaryEvent or SocketPacketType.BinaryAck ? attachments : -1, maxDepth);
        }
        catch (JsonException)
        {
            return reader.CurrentDepth > maxDepth ? SocketPacketError.TooDeep : SocketPacketError.InvalidJson;
        }
    }

    private static SocketPacketError? CheckStart(SocketPacketType type, ref Utf8JsonReader reader)
    {
        switch (type)
        {
            case SocketPacketType.Connect:
                return reader.TokenType == JsonTokenType.StartObject ? null : SocketPacketError.InvalidPayload;
            case SocketPacketType.ConnectError:
                return reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String ? null : SocketPacketError.InvalidPayload;
            case SocketPacketType.Ack or SocketPacketType.BinaryAck:
                return reader.TokenType == JsonTokenType.StartArray ? null : SocketPacketError.InvalidPayload;
            case SocketPacketType.Event or SocketPacketType.BinaryEvent:
                if (reader.TokenType != JsonTokenType.StartArray)
                    return SocketPacketError.InvalidPayload;
                reader.Read();
                if (reader.TokenType == JsonTokenType.String)
                    return ReservedEvents.IsAt(ref reader) ? SocketPacketError.ReservedEvent : null;
                return reader.TokenType == JsonTokenType.Number ? null : SocketPacketError.InvalidPayload;
            default:
                return SocketPacketError.InvalidPayload;
        }
    }

    /// <summary>Goes through the rest: it must be JSON to its end, not too deep, and its placeholders must name attachments.</summary>
    private static SocketPacketError? Walk(ref Utf8JsonReader reader, int attachments, int maxDepth)
    {
        // For each level whether the object there says that it is a placeholder (1), and names an attachment (2).
        Span<byte> objects = stackalloc byte[maxDepth + 3];
        SocketPacketError? error = null;
        do
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                return SocketPacketError.TooDeep;
            if (attachments < 0)
                continue;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    objects[reader.CurrentDepth + 1] = 0;
                    break;
                case JsonTokenType.EndObject when objects[reader.CurrentDepth + 1] == 1:
                    error = SocketPacketError.InvalidAttachments;
                    break;
                case JsonTokenType.PropertyName when reader.ValueTextEquals("_placeholder"u8):
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.True)
                        objects[reader.CurrentDepth] |= 1;
                    goto case JsonTokenType.None;
                case JsonTokenType.PropertyName when reader.ValueTextEquals("num"u8):
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number) && number >= 0 && number < attachments)
                        objects[reader.CurrentDepth] |= 2;
                    goto case JsonTokenType.None;
                case JsonTokenType.None:
                    // The value that was stepped to may be a beginning of its own.
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= maxDepth)
                        return SocketPacketError.TooDeep;
                    if (reader.TokenType == JsonTokenType.StartObject)
                        objects[reader.CurrentDepth + 1] = 0;
                    break;
            }
        }
        while (reader.Read());
        return error;
    }
}
