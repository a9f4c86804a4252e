using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hutong.Client.Internal;

/// <summary>Writes messages of the envelope.</summary>
internal static class Outgoing
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Nobody else uses the same: twelve random digits a process.
    private static readonly string Prefix = RandomNumberGenerator.GetHexString(12, lowercase: true);
    private static long _count;

    /// <summary>A name for a message that nobody else uses.</summary>
    public static string NewId() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}-{Interlocked.Increment(ref _count):x}");

    /// <summary>Writes a payload as JSON.</summary>
    public static byte[] Json<T>(T value, JsonTypeInfo<T> json) => JsonSerializer.SerializeToUtf8Bytes(value, json);

    /// <summary>Writes a message.</summary>
    /// <param name="message">What it says.</param>
    /// <param name="now">The time.</param>
    public static Sending Write(in OutgoingMessage message, DateTimeOffset now)
    {
        var output = new ArrayBufferWriter<byte>(128 + message.Json.Length + (message.Data.Length * 4 / 3));
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("type", message.Type);
            if (message.HasData)
                json.WriteBase64String("data", message.Data.Span);
            else if (message.Json.Length > 0)
            {
                json.WritePropertyName("payload");
                json.WriteRawValue(message.Json.Span, skipInputValidation: true);
            }

            if (message.Id is not null)
                json.WriteString("id", message.Id);
            json.WriteNumber("timestamp", now.ToUnixTimeMilliseconds());
            if (message.Room is not null)
                json.WriteString("room", message.Room);
            if (message.Key is not null)
                json.WriteString("key", message.Key);
            if (message.Since is { } since)
            {
                json.WriteStartObject("since");
                json.WriteString("epoch", since.Epoch);
                json.WriteNumber("offset", since.Offset);
                json.WriteEndObject();
            }

            if (message.Info.Length > 0)
            {
                json.WritePropertyName("info");
                json.WriteRawValue(message.Info.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return new Sending(output.WrittenMemory, isText: true);
    }
}
