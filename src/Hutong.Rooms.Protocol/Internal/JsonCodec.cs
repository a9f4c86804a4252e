using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>The JSON dialect: writing. Reading is in <see cref="JsonReading"/>.</summary>
internal sealed class JsonCodec(EnvelopeLimits limits) : EnvelopeCodec(limits)
{
    // What is HTML's business is not escaped: "<" in a chat message would take six bytes.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public override string Subprotocol => Subprotocols.Json;

    public override bool IsText => true;

    public override bool TryRead(ReadOnlyMemory<byte> message, out Envelope envelope, out RoomError? error) =>
        JsonReading.TryRead(message, Limits, out envelope, out error);

    public override void Write(IBufferWriter<byte> output, in Envelope envelope)
    {
        ArgumentNullException.ThrowIfNull(output);
        Check(envelope);
        // Taken out while it is in use: the output is the caller's code, which may write an envelope itself.
        var json = t_writer ?? new Utf8JsonWriter(output, Options);
        t_writer = null;
        json.Reset(output);
        Write(json, envelope);
        json.Flush();
        json.Reset(Nowhere.Instance);
        t_writer = json;
    }

    private static void Write(Utf8JsonWriter json, in Envelope envelope)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, envelope.Type);
        if (envelope.Id is { Text: { } id } given)
            WriteId(json, id, given.IsNumber);
        if (envelope.Room is { } room)
            json.WriteString("room"u8, room);
        if (envelope.Timestamp is { } timestamp)
            json.WriteNumber("timestamp"u8, timestamp);
        if (envelope.Position is { } position)
            WritePosition(json, position);
        if (envelope.Key is { } key)
            json.WriteString("key"u8, key);
        if (envelope.Since is { } since)
        {
            json.WriteStartObject("since"u8);
            WritePosition(json, since);
            json.WriteEndObject();
        }

        if (envelope.Token is { } token)
            json.WriteString("token"u8, token);
        if (envelope.Reason is { } reason)
            json.WriteString("reason"u8, reason);
        if (envelope.Session is { } session)
            json.WriteString("session"u8, session);
        if (envelope.Ack is { } ack)
            json.WriteNumber("ack"u8, ack);
        if (!envelope.Info.IsEmpty)
            WriteRaw(json, "info"u8, envelope.Info);
        if (envelope.PayloadKind == PayloadKind.Json)
            WriteRaw(json, "payload"u8, envelope.Payload);
        else if (envelope.PayloadKind == PayloadKind.Bytes)
            json.WriteBase64String("data"u8, envelope.Payload.Span);
        json.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter json, string id, bool isNumber)
    {
        if (!isNumber)
        {
            json.WriteString("id"u8, id);
            return;
        }

        if (!Numbers.IsInteger(id))
            throw new ArgumentException($"'{id}' is not an integer.", nameof(id));
        json.WritePropertyName("id"u8);
        json.WriteRawValue(id, skipInputValidation: true);
    }

    private static void WritePosition(Utf8JsonWriter json, StreamPosition position)
    {
        json.WriteString("epoch"u8, position.Epoch);
        json.WriteNumber("offset"u8, position.Offset);
    }

    private static void WriteRaw(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlyMemory<byte> value)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value.Span, skipInputValidation: true);
    }

    /// <summary>Where a writer that waits for its next use points, so that it keeps nobody's output alive.</summary>
    private sealed class Nowhere : IBufferWriter<byte>
    {
        public static readonly Nowhere Instance = new();

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => new byte[Math.Max(sizeHint, 1)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
