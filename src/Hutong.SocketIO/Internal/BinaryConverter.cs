using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hutong.SocketIO.Internal;

/// <summary>Bytes: attachments in packets, base64 wherever else, and either way when they are read.</summary>
internal abstract class BinaryConverter<T> : JsonConverter<T>
{
    public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.TryGetBytesFromBase64(out byte[]? bytes) ? Make(bytes) : throw new JsonException("It is neither base64 nor an attachment.");
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("It is neither base64 nor an attachment.");
        int number = -1;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isNumber = reader.ValueTextEquals("num"u8);
            reader.Read();
            if (isNumber && (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out number)))
                number = -1;
            reader.Skip();
        }

        return Attachments.Current is { } attachments && attachments.TryGet(number, out var data)
            ? Make(data) : throw new JsonException("It is neither base64 nor an attachment.");
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (Attachments.Current is not { Takes: true } attachments)
        {
            writer.WriteBase64StringValue(DataOf(value).Span);
            return;
        }

        writer.WriteStartObject();
        writer.WriteBoolean("_placeholder"u8, true);
        writer.WriteNumber("num"u8, attachments.Take(DataOf(value)));
        writer.WriteEndObject();
    }

    protected abstract T Make(ReadOnlyMemory<byte> data);

    protected abstract ReadOnlyMemory<byte> DataOf(T value);
}
