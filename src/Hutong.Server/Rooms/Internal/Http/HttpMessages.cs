using System.Buffers;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Rooms.Protocol;

namespace Hutong.Server.Internal;

/// <summary>What the server says of sessions, and not of rooms.</summary>
internal static class HttpMessages
{
    /// <summary>The first message of a session: number 0.</summary>
    /// <param name="token">What to show from now on.</param>
    /// <param name="options">What the client should know of.</param>
    /// <param name="lost">Whether an earlier session could not be resumed.</param>
    public static OutgoingMessage Welcome(SessionToken token, RoomsHttpOptions options, bool lost) =>
        new(EnvelopeType.Welcome, Write((token, options, lost), static (json, w) =>
        {
            json.WriteString("session"u8, w.token.Session);
            json.WriteString("token"u8, w.token.ToString());
            json.WriteNumber("heartbeat"u8, (long)w.options.Heartbeat.TotalMilliseconds);
            json.WriteNumber("keep"u8, (long)w.options.KeepFor.TotalMilliseconds);
            if (w.lost)
                json.WriteBoolean("lost"u8, value: true);
        }));

    public static OutgoingMessage Close(int code, string reason)
    {
        var known = SessionClose.All.FirstOrDefault(c => c.Code == code);
        // As the documentation has it for codes that are the application's.
        bool reconnect = known?.Reconnect ?? code is not (1000 or 1008 or (>= 3500 and <= 3999) or (>= 4000 and <= 4999));
        return new(EnvelopeType.Close, Write((code, known?.Name, reconnect, reason), static (json, c) =>
        {
            json.WriteNumber("code"u8, c.code);
            if (c.Name is not null)
                json.WriteString("name"u8, c.Name);
            json.WriteBoolean("reconnect"u8, c.reconnect);
            if (c.reason.Length > 0)
                json.WriteString("message"u8, c.reason);
        }));
    }

    public static OutgoingMessage AuthSuccess(MessageId id, string? userId, DateTimeOffset? expires) =>
        new(EnvelopeType.AuthSuccess, Write((userId, expires), static (json, a) =>
        {
            if (a.userId is not null)
                json.WriteString("userId"u8, a.userId);
            if (a.expires is { } expires)
                json.WriteNumber("expiresAt"u8, expires.ToUnixTimeMilliseconds());
        }), id: id);

    public static OutgoingMessage Drain(TimeSpan after) =>
        new(EnvelopeType.Drain, Write((long)after.TotalMilliseconds, static (json, after) => json.WriteNumber("after"u8, after)));

    public static Payload Write<T>(T state, Action<Utf8JsonWriter, T> members)
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
