using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hutong.SocketIO.Internal;

/// <summary>How arguments are written and read: the application's options, and bytes as attachments.</summary>
internal sealed class SocketJson
{
    private static readonly byte[] NoArguments = "[]"u8.ToArray();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    private readonly JsonSerializerOptions _options;

    public SocketJson(JsonSerializerOptions? options)
    {
        _options = options is null ? new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping } : new JsonSerializerOptions(options);
        _options.TypeInfoResolver ??= DefaultResolver();
        _options.Converters.Insert(0, new ByteArrayConverter());
        _options.Converters.Insert(1, new ReadOnlyMemoryConverter());
        _options.Converters.Insert(2, new MemoryConverter());
        _options.MakeReadOnly();
    }

    /// <summary>Writes arguments, by the types that they are of.</summary>
    public EventData Write(string name, ReadOnlySpan<object?> arguments)
    {
        if (arguments.IsEmpty)
            return new EventData(name, NoArguments, 0, []);
        const int Kept = 64 << 10;

        var buffer = _buffer ?? new ArrayBufferWriter<byte>(256);
        _buffer = null;
        buffer.ResetWrittenCount();
        Attachments attachments;
        using (Attachments.Write(out attachments))
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = _options.Encoder, MaxDepth = _options.MaxDepth, SkipValidation = true }))
        {
            writer.WriteStartArray();
            foreach (object? argument in arguments)
                Write(writer, argument);
            writer.WriteEndArray();
        }

        var data = new EventData(name, buffer.WrittenSpan.ToArray(), arguments.Length, attachments.Taken);
        if (buffer.Capacity <= Kept)
            _buffer = buffer;
        return data;
    }

    /// <summary>Writes a value by itself, bytes as base64.</summary>
    public byte[] WriteObject(IDictionary<string, object?> values)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = _options.Encoder, MaxDepth = _options.MaxDepth }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values)
            {
                writer.WritePropertyName(name);
                Write(writer, value);
            }

            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an argument.</summary>
    public T? Read<T>(ReadOnlySpan<byte> json, IReadOnlyList<ReadOnlyMemory<byte>> attachments)
    {
        if (typeof(T) == typeof(JsonElement))
        {
            var reader = new Utf8JsonReader(attachments.Count == 0 ? json : JsonPlaceholders.ToBase64(json, attachments), new JsonReaderOptions { MaxDepth = 512 });
            return (T)(object)JsonElement.ParseValue(ref reader);
        }

        var info = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        if (attachments.Count == 0)
            return JsonSerializer.Deserialize(json, info);
        using (Attachments.Read(attachments))
            return JsonSerializer.Deserialize(json, info);
    }

    private void Write(Utf8JsonWriter writer, object? argument)
    {
        switch (argument)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case int number:
                writer.WriteNumberValue(number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            default:
                JsonSerializer.Serialize(writer, argument, _options.GetTypeInfo(argument.GetType()));
                break;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where the application has not switched reflection off; it gives a resolver then.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where the application has not switched reflection off; it gives a resolver then.")]
    private static IJsonTypeInfoResolver DefaultResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine();
}
