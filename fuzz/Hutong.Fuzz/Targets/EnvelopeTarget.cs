using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Fuzz;

/// <summary>
/// A message of the rooms protocol: an envelope or a documented error, never an exception. What was read can be written in both dialects and
/// read again, with the payload's bytes untouched; and JSON is what the platform's parser takes for JSON.
/// </summary>
public static class EnvelopeTarget
{
    private static readonly EnvelopeLimits Limits = new() { MaxMessageSize = 2000, MaxDepth = 8, MaxTokenSize = 50, MaxInfoSize = 40 };
    private static readonly EnvelopeCodec Json = EnvelopeCodec.CreateJson(Limits);
    private static readonly EnvelopeCodec Binary = EnvelopeCodec.CreateBinary(Limits);

    // Base64, escapes and another depth make a message longer, or its parts.
    private static readonly EnvelopeLimits Wide = new() { MaxTokenSize = 400, MaxInfoSize = 400, MaxDepth = 16 };
    private static readonly EnvelopeCodec[] WideDialects = [EnvelopeCodec.CreateJson(Wide), EnvelopeCodec.CreateBinary(Wide)];

    private static readonly string[] Values =
    [
        "1", "0", "-1", "1.5", "1e3", "\"a\"", "\"\"", "null", "true", "{}", "[]", "\"\\u0061\"", "\"\\ud800\"", "\"é\"", "{\"epoch\":\"e\",\"offset\":1}",
        "{\"roomId\":\"r\",\"token\":\"t\"}", "{\"since\":{\"epoch\":\"e\",\"offset\":7},\"info\":[1]}", "[[[[[[[[1]]]]]]]]", "\"AAEC\"", "9007199254740992",
    ];

    private static readonly string[] Names =
        ["type", "payload", "data", "id", "room", "timestamp", "epoch", "offset", "key", "since", "token", "reason", "session", "ack", "info", "ty\\u0070e", "x"];

    public static byte[] GenerateJson(Random random)
    {
        var text = new StringBuilder("{");
        if (random.Next(10) > 0)
            text.Append("\"type\":").Append(TextGenerator.Pick(random, "\"join\"", "\"a\"", "\"auth\"", "\"resume\"", "5")).Append(',');
        if (random.Next(4) == 0)
            text.Append("\"epoch\":\"e\",\"offset\":").Append(random.Next(1000)).Append(',');
        for (int i = random.Next(5); i > 0; i--)
            text.Append('"').Append(Names[random.Next(Names.Length)]).Append("\": ").Append(Values[random.Next(Values.Length)]).Append(',');
        text.Length--;
        return Encoding.UTF8.GetBytes(text.Append('}').ToString());
    }

    public static byte[] GenerateBinary(Random random)
    {
        byte[] json = Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]);
        bool isJson = random.Next(2) == 0;
        return Write(Binary, new Envelope
        {
            Type = TextGenerator.Pick(random, "join", "a", "ping", "auth", "héllo"),
            Id = random.Next(3) switch { 0 => default, 1 => new MessageId("17", IsNumber: true), _ => "id" },
            Room = random.Next(2) == 0 ? null : "room:é",
            Timestamp = random.Next(2) == 0 ? null : random.NextInt64() >> random.Next(12, 64),
            Position = random.Next(2) == 0 ? null : new StreamPosition("e", random.NextInt64(StreamPosition.MaxOffset) >> random.Next(50)),
            Key = random.Next(4) == 0 ? "k" : null,
            Since = random.Next(4) == 0 ? new StreamPosition("e", 3) : null,
            Token = random.Next(4) == 0 ? "t" : null,
            Reason = random.Next(4) == 0 ? "r\n" : null,
            Session = random.Next(4) == 0 ? "s" : null,
            Ack = random.Next(4) == 0 ? random.Next() : null,
            Info = random.Next(4) == 0 ? json : default,
            PayloadKind = random.Next(4) == 0 ? PayloadKind.None : isJson ? PayloadKind.Json : PayloadKind.Bytes,
            Payload = isJson ? json : [0, 255, (byte)random.Next()],
        });
    }

    public static void RunJson(ReadOnlySpan<byte> data)
    {
        if (TryRead(Json, data, out var envelope, out var error))
        {
            RoundTrip(envelope);
            return;
        }

        if (error == RoomError.MessageTooLarge || error == RoomError.InvalidUtf8 || error == RoomError.TooDeep)
            return;
        bool isJson = true;
        try
        {
            using var document = JsonDocument.Parse(data.ToArray());
        }
        catch (JsonException)
        {
            isJson = false;
        }

        Claim.Same(isJson, error != RoomError.InvalidJson, "whether it is JSON");
    }

    public static void RunBinary(ReadOnlySpan<byte> data)
    {
        if (TryRead(Binary, data, out var envelope, out _))
            RoundTrip(envelope);
    }

    private static bool TryRead(EnvelopeCodec codec, ReadOnlySpan<byte> data, out Envelope envelope, out RoomError? error)
    {
        bool read = codec.TryRead(data.ToArray(), out envelope, out error);
        Claim.Same(read, error is null, "either read or an error");
        Claim.That(error is null || RoomError.All.Contains(error), "the error is documented");
        Claim.That(envelope.Type is not null, "the type is never null");
        return read;
    }

    private static void RoundTrip(Envelope envelope)
    {
        string expected = Describe(envelope);
        foreach (var dialect in WideDialects)
        {
            Claim.That(dialect.TryRead(Write(dialect, envelope), out var again, out var error), $"what was written is read: {error}");
            Claim.Same(expected, Describe(again), $"through {dialect.Subprotocol}");
        }
    }

    private static byte[] Write(EnvelopeCodec codec, Envelope envelope)
    {
        var output = new ArrayBufferWriter<byte>();
        codec.Write(output, envelope);
        return output.WrittenSpan.ToArray();
    }

    private static string Describe(Envelope e) => string.Create(
        CultureInfo.InvariantCulture,
        $"{e.Type}|{e.Id}|{e.Id.IsNumber}|{e.Room}|{e.Timestamp}|{e.Position}|{e.Key}|{e.Since}|{e.Token}|{e.Reason}|{e.Session}|{e.Ack}|{Convert.ToHexString(e.Info.Span)}|{e.PayloadKind}|{Convert.ToHexString(e.Payload.Span)}");
}
