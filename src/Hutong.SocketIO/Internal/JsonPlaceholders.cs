using System.Buffers;
using System.Text.Json;

namespace Hutong.SocketIO.Internal;

/// <summary>JSON with placeholders of attachments, for those who know none: base64 in their places.</summary>
internal static class JsonPlaceholders
{
    public static byte[] ToBase64(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        var output = new ArrayBufferWriter<byte>(json.Length + (attachments.Sum(a => a.Length) * 4 / 3) + 64);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 512 });
            while (reader.Read())
                Copy(ref reader, writer, attachments);
        }

        return output.WrittenSpan.ToArray();
    }

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                if (NumberOf(reader) is { } number && (uint)number < (uint)attachments.Count)
                {
                    reader.Skip();
                    writer.WriteBase64StringValue(attachments[number].Span);
                }
                else
                {
                    writer.WriteStartObject();
                }

                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName when !reader.ValueIsEscaped:
                writer.WritePropertyName(reader.ValueSpan);
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.String when !reader.ValueIsEscaped:
                writer.WriteStringValue(reader.ValueSpan);
                break;
            case JsonTokenType.String:
                writer.WriteRawValue([(byte)'"', .. reader.ValueSpan, (byte)'"'], skipInputValidation: true);
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }

    /// <summary>The attachment that the object names which the reader, a copy, stands before; null if it is no placeholder.</summary>
    private static int? NumberOf(Utf8JsonReader reader)
    {
        bool isPlaceholder = false;
        int? number = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool marks = reader.ValueTextEquals("_placeholder"u8);
            bool names = reader.ValueTextEquals("num"u8);
            reader.Read();
            if (marks)
                isPlaceholder = reader.TokenType == JsonTokenType.True;
            else if (names)
                number = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int value) ? value : null;
            reader.Skip();
        }

        return isPlaceholder ? number : null;
    }
}
