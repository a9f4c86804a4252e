using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms;

/// <summary>What a message carries: nothing, a JSON value, or bytes of the application's own. The bytes must not change afterwards.</summary>
public readonly struct Payload
{
    private const string Reflection = "Serializes by reflection: pass a JsonTypeInfo where code is trimmed or compiled ahead of time.";

    private Payload(PayloadKind kind, ReadOnlyMemory<byte> data)
    {
        Kind = kind;
        Data = data;
    }

    /// <summary>No payload.</summary>
    public static Payload None => default;

    /// <summary>What the bytes are.</summary>
    public PayloadKind Kind { get; }

    /// <summary>The bytes; empty for none.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>A JSON value that is written already.</summary>
    /// <param name="utf8">The value; it is passed on as it is and must be one whole value.</param>
    public static Payload Json(ReadOnlyMemory<byte> utf8) => new(PayloadKind.Json, utf8);

    /// <summary>Bytes that mean something to the application alone.</summary>
    /// <param name="data">The bytes.</param>
    public static Payload Bytes(ReadOnlyMemory<byte> data) => new(PayloadKind.Bytes, data);

    /// <summary>A value as JSON.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="json">How it is written.</param>
    public static Payload From<T>(T value, JsonTypeInfo<T> json) => Json(JsonSerializer.SerializeToUtf8Bytes(value, json));

    /// <summary>A value as JSON by the web's conventions: names in camel case.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public static Payload From<T>(T value) => value is Payload payload ? payload : Json(JsonSerializer.SerializeToUtf8Bytes(value, JsonSerializerOptions.Web));

    internal static Payload Copy(in Envelope envelope) => new(envelope.PayloadKind, envelope.Payload.ToArray());

    internal static Payload View(in Envelope envelope) => new(envelope.PayloadKind, envelope.Payload);
}
