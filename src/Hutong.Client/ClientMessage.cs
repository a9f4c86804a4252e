using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Rooms;

namespace Hutong.Client;

/// <summary>Something that came: a message of the envelope, or <c>raw</c>, what is none: bytes, text that is not JSON, JSON without a type.</summary>
public sealed class ClientMessage
{
    /// <summary>The <see cref="Type"/> of what is no envelope.</summary>
    public const string Raw = "raw";

    internal const string Reflection = "Deserializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.";

    private readonly ReadOnlyMemory<byte> _raw;

    private ClientMessage(string type, JsonElement? json, ReadOnlyMemory<byte> raw, bool isText)
    {
        Type = type;
        Json = json;
        _raw = raw;
        IsText = isText;
    }

    /// <summary>The type, or <see cref="Raw"/>.</summary>
    public string Type { get; }

    /// <summary>Whether it is a message of the envelope.</summary>
    [MemberNotNullWhen(true, nameof(Json))]
    public bool IsEnvelope => !IsRaw;

    /// <summary>Whether it came as text.</summary>
    public bool IsText { get; }

    /// <summary>The whole message as JSON, with the application's own fields; null if it is none.</summary>
    public JsonElement? Json { get; }

    /// <summary>The payload; null if there is none.</summary>
    public JsonElement? Payload => Field("payload");

    /// <summary>A payload that is bytes, or a binary message that is no envelope; null for anything else.</summary>
    public ReadOnlyMemory<byte>? Bytes =>
        IsRaw ? (IsText ? null : _raw)
        : Field("data") is { ValueKind: JsonValueKind.String } data && data.TryGetBytesFromBase64(out byte[]? bytes) ? bytes
        : null;

    /// <summary>The text: of what is <see cref="Raw"/> as it came, else the JSON; null for bytes.</summary>
    public string? Text => !IsRaw ? Json!.Value.GetRawText() : IsText ? Encoding.UTF8.GetString(_raw.Span) : null;

    /// <summary>What answers name.</summary>
    public string? Id => Field("id") is { } id ? id.ValueKind == JsonValueKind.String ? id.GetString() : id.GetRawText() : null;

    /// <summary>The room, in messages of a room.</summary>
    public string? Room => String("room");

    /// <summary>The place in the room's stream, in publications of rooms that have one.</summary>
    public StreamPosition? Position => Json is { } json ? PositionOf(json) : null;

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Timestamp => Time(Field("timestamp"));

    internal bool IsRaw { get; private init; }

    /// <summary>Reads the payload or, where there is none, what stands beside the type.</summary>
    /// <param name="json">How to read it.</param>
    /// <returns>The value; null if there is nothing, or it is null.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    public T? Read<T>(JsonTypeInfo<T> json) => Content is { } content ? content.Deserialize(json) : default;

    /// <summary>Reads the payload by the web's conventions; otherwise as <see cref="Read{T}(JsonTypeInfo{T})"/>.</summary>
    /// <returns>The value; null if there is nothing, or it is null.</returns>
    /// <exception cref="JsonException">It is something else.</exception>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public T? Read<T>() => Content is { } content ? content.Deserialize<T>(JsonSerializerOptions.Web) : default;

    /// <inheritdoc/>
    public override string ToString() => Type;

    internal JsonElement? Content => Payload ?? Json;

    /// <summary>Takes a message apart. The bytes may change afterwards.</summary>
    internal static ClientMessage Parse(ReadOnlySpan<byte> data, bool isText)
    {
        JsonElement? json = null;
        if (isText)
        {
            try
            {
                json = JsonElement.Parse(data);
            }
            catch (JsonException)
            {
                // It is for whoever listens to raw.
            }
        }

        return json is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? new(type.GetString()!, json, default, isText: true)
            : new(Raw, json, data.ToArray(), isText) { IsRaw = true };
    }

    internal static ClientMessage Envelope(JsonElement json) => new(json.GetProperty("type").GetString()!, json, default, isText: true);

    internal static StreamPosition? PositionOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("epoch", out var epoch) && epoch.ValueKind == JsonValueKind.String
        && json.TryGetProperty("offset", out var offset) && offset.ValueKind == JsonValueKind.Number && offset.TryGetInt64(out long number)
            ? new StreamPosition(epoch.GetString()!, number)
            : null;

    /// <summary>Milliseconds since 1970, or a date's text.</summary>
    internal static DateTimeOffset? Time(JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.String } text)
            return text.TryGetDateTimeOffset(out var date) ? date : null;
        return value is { ValueKind: JsonValueKind.Number } number && number.TryGetDouble(out double ms) && Math.Abs(ms) < 8.64e13
            ? DateTimeOffset.UnixEpoch.AddMilliseconds(ms)
            : null;
    }

    /// <summary>A field of the message; null if it is absent or null.</summary>
    internal JsonElement? Field(string name) => Field(Json, name);

    internal static JsonElement? Field(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    internal static string? String(JsonElement? json, string name) =>
        Field(json, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private string? String(string name) => String(Json, name);
}
