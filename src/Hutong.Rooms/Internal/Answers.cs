using System.Buffers;
using System.Text.Json;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <summary>What the server answers; see <c>docs/reference/envelope.md</c>.</summary>
internal static class Answers
{
    public static OutgoingMessage Ack(MessageId id, string? room = null, StreamPosition? position = null, Payload payload = default) =>
        new(EnvelopeType.Ack, payload, room, id, position);

    public static OutgoingMessage Error(RoomError error, MessageId id, string? room = null, string? message = null) =>
        Error(error.Code, message ?? error.Message, id, room);

    public static OutgoingMessage Error(string code, string message, MessageId id, string? room = null) =>
        new(EnvelopeType.Error, Write((code, message), static (json, what) =>
        {
            json.WriteString("code"u8, what.code);
            json.WriteString("message"u8, what.message);
        }), room, id);

    /// <summary>The answer to a join: what was missed, if the client said where it had stopped.</summary>
    public static OutgoingMessage Joined(MessageId id, string room, StreamPosition? position, Delivery delivery, bool? recovered, IReadOnlyList<Publication> missed)
    {
        if (recovered is null && delivery == Delivery.All)
            return Ack(id, room, position);
        return Ack(id, room, position, Write((delivery, recovered, missed), static (json, what) =>
        {
            if (what.delivery != Delivery.All)
                json.WriteString("delivery"u8, what.delivery == Delivery.Latest ? "latest"u8 : "volatile"u8);
            if (what.recovered is { } recovered)
            {
                json.WriteBoolean("recovered"u8, recovered);
                WritePublications(json, "missed"u8, what.missed);
            }
        }));
    }

    /// <summary>What a session is told whom the server took out of a room.</summary>
    public static OutgoingMessage Left(string room) => new(EnvelopeType.Ack, Payload.Json("{\"left\":true}"u8.ToArray()), room);

    public static OutgoingMessage History(MessageId id, string room, HistoryPage page) =>
        Ack(id, room, page.Top, Write(page, static (json, page) =>
        {
            json.WriteBoolean("complete"u8, page.IsComplete);
            WritePublications(json, "publications"u8, page.Publications);
        }));

    public static OutgoingMessage Presence(MessageId id, string room, PresenceSnapshot snapshot) =>
        Ack(id, room, position: null, Write(snapshot, static (json, snapshot) =>
        {
            json.WriteNumber("sessions"u8, snapshot.Sessions);
            json.WriteNumber("users"u8, snapshot.Users);
            json.WriteStartArray("members"u8);
            foreach (var entry in snapshot.Entries)
            {
                json.WriteStartObject();
                WriteMember(json, entry.Session, entry.User, entry.Info);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }));

    public static Payload Member(string session, string? user, ReadOnlyMemory<byte> info) =>
        Write((session, user, info), static (json, what) => WriteMember(json, what.session, what.user, what.info));

    /// <summary>Where a stream stands, for one who is to compare: nothing was left out on purpose.</summary>
    public static OutgoingMessage Position(string room, StreamPosition position) => new(EnvelopeType.Position, room: room, position: position);

    /// <summary>Where a stream stands for one to whom a publication is not shown: it has missed nothing.</summary>
    public static OutgoingMessage Skipped(string room, StreamPosition position) =>
        new(EnvelopeType.Position, Payload.Json("{\"skipped\":true}"u8.ToArray()), room, position: position);

    private static void WriteMember(Utf8JsonWriter json, string session, string? user, ReadOnlyMemory<byte> info)
    {
        if (user is not null)
            json.WriteString("userId"u8, user);
        json.WriteString("session"u8, session);
        if (info.Length == 0)
            return;
        json.WritePropertyName("info"u8);
        json.WriteRawValue(info.Span, skipInputValidation: true);
    }

    private static void WritePublications(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<Publication> publications)
    {
        json.WriteStartArray(name);
        foreach (var publication in publications)
            json.WriteRawValue(JsonEnvelope.Of(publication), skipInputValidation: true);
        json.WriteEndArray();
    }

    private static Payload Write<T>(T state, Action<Utf8JsonWriter, T> members)
    {
        var output = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            members(json, state);
            json.WriteEndObject();
        }

        return Payload.Json(output.WrittenSpan.ToArray());
    }
}
