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

    // The one of this thread that nobody writes with, and whose options it has.
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    [ThreadStatic]
    private static SocketJson? _writerOf;

    private readonly JsonSerializerOptions _options;
    private readonly bool _readsPlainStrings;

    public SocketJson(JsonSerializerOptions? options)
    {
        _options = options is null ? new JsonSerializerOptions(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping } : new JsonSerializerOptions(options);
        _options.TypeInfoResolver ??= DefaultResolver();
        _readsPlainStrings = !_options.Converters.Any(c => c.CanConvert(typeof(string)));
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
        using var buffer = PacketBuffer.Rent();
        var attachments = Write(buffer.Writer, arguments);
        return new EventData(name, buffer.Writer.WrittenSpan.ToArray(), arguments.Length, attachments);
    }

    /// <summary>Writes arguments as a JSON array.</summary>
    /// <returns>The attachments, for which there are placeholders in it.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Write(ArrayBufferWriter<byte> output, ReadOnlySpan<object?> arguments)
    {
        var writer = _writerOf == this ? _writer : null;
        _writer = null;
        if (writer is null)
            writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = _options.Encoder, MaxDepth = _options.MaxDepth, SkipValidation = true });
        else
            writer.Reset(output);
        Attachments? attachments = null;
        writer.WriteStartArray();
        foreach (object? argument in arguments)
            Write(writer, argument, ref attachments);
        writer.WriteEndArray();
        writer.Flush();
        (_writer, _writerOf) = (writer, this);
        return attachments?.Taken ?? [];
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
                if (!TryWriteSimple(writer, value))
                    Serialize(writer, value!);
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

        if (typeof(T) == typeof(string) && _readsPlainStrings && json is [(byte)'"', ..])
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return (T?)(object?)reader.GetString();
        }

        var info = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
        if (attachments.Count == 0)
            return JsonSerializer.Deserialize(json, info);
        using (Attachments.Read(attachments))
            return JsonSerializer.Deserialize(json, info);
    }

    private void Write(Utf8JsonWriter writer, object? argument, ref Attachments? attachments)
    {
        if (TryWriteSimple(writer, argument))
            return;
        using (Attachments.Write(ref attachments))
            Serialize(writer, argument!);
    }

    private static bool TryWriteSimple(Utf8JsonWriter writer, object? argument)
    {
        switch (argument)
        {
            case null:
                writer.WriteNullValue();
                return true;
            case string text:
                writer.WriteStringValue(text);
                return true;
            case int number:
                writer.WriteNumberValue(number);
                return true;
            case bool flag:
                writer.WriteBooleanValue(flag);
                return true;
            default:
                return false;
        }
    }

    private void Serialize(Utf8JsonWriter writer, object value) => JsonSerializer.Serialize(writer, value, _options.GetTypeInfo(value.GetType()));

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only where the application has not switched reflection off; it gives a resolver then.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only where the application has not switched reflection off; it gives a resolver then.")]
    private static IJsonTypeInfoResolver DefaultResolver() =>
        JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : JsonTypeInfoResolver.Combine();
}
