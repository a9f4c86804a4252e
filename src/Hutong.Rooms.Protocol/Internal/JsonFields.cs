using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Hutong.Rooms.Protocol.Internal;

/// <summary>The names and the simple values of the JSON dialect. What is wrong is null or false, never an exception.</summary>
internal static class JsonFields
{
    private const int LongestName = 16;
    private const int LongestEpoch = 64;

    // What needs no escape in JSON, a header or a URL, and no colon: "epoch:offset" is the id of an SSE event.
    private static readonly SearchValues<byte> EpochCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    // "\u0041" is six bytes for one.
    private const int MostBytesPerByte = 6;

    /// <summary>Which field the property name is that was just read.</summary>
    public static Field Of(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
            return Of(json.ValueSpan);
        Span<byte> name = stackalloc byte[LongestName * MostBytesPerByte];
        return TryUnescape(ref json, name, out int length) ? Of(name[..length]) : Field.Unknown;
    }

    /// <summary>Goes to the end of the value that begins here.</summary>
    /// <returns>False if it is nested too deep.</returns>
    public static bool Skip(ref Utf8JsonReader json, int maxDepth)
    {
        if (json.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return true;
        int depth = json.CurrentDepth;
        do
        {
            if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && json.CurrentDepth >= maxDepth)
                return false;
        }
        while (json.Read() && json.CurrentDepth > depth);
        return true;
    }

    /// <summary>A string that is not empty and not too long; null otherwise.</summary>
    public static string? Text(ref Utf8JsonReader json, int most, bool allowControls, bool intern)
    {
        if (json.TokenType != JsonTokenType.String)
            return null;
        if (!json.ValueIsEscaped)
            return Text(json.ValueSpan, most, allowControls, intern);
        if (json.ValueSpan.Length > (long)most * MostBytesPerByte)
            return null;
        byte[]? rented = null;
        Span<byte> buffer = json.ValueSpan.Length <= 512 ? stackalloc byte[512] : rented = new byte[json.ValueSpan.Length];
        return TryUnescape(ref json, buffer, out int length) ? Text(buffer[..length], most, allowControls, intern) : null;
    }

    /// <summary>A string of UTF-8 that is not empty and not too long; null otherwise.</summary>
    public static string? Text(ReadOnlySpan<byte> utf8, int most, bool allowControls, bool intern)
    {
        if (utf8.IsEmpty || utf8.Length > most)
            return null;
        if (!allowControls && (utf8.ContainsAnyInRange((byte)0, (byte)0x1F) || utf8.Contains((byte)0x7F)))
            return null;
        return intern ? NameTable.Get(utf8) : Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The name that a JSON value is; null if it is something else.</summary>
    public static string? NameOf(ReadOnlyMemory<byte> value, int most)
    {
        var json = new Utf8JsonReader(value.Span);
        // It may be nested deeper than a reader of its own allows: only strings are looked at.
        return value.Span[0] == (byte)'"' && json.Read() ? Text(ref json, most, allowControls: false, intern: true) : null;
    }

    public static string? Epoch(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String)
            return null;
        if (!json.ValueIsEscaped)
            return Epoch(json.ValueSpan);
        Span<byte> buffer = stackalloc byte[LongestEpoch * MostBytesPerByte];
        return TryUnescape(ref json, buffer, out int length) ? Epoch(buffer[..length]) : null;
    }

    public static string? Epoch(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= LongestEpoch && !text.ContainsAnyExcept(EpochCharacters) ? NameTable.Get(text) : null;

    public static bool TryBase64(ref Utf8JsonReader json, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            return json.TokenType == JsonTokenType.String && json.TryGetBytesFromBase64(out bytes);
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: it is JSON, and no text.
            return false;
        }
    }

    public static long? Count(ref Utf8JsonReader json) =>
        json.TokenType == JsonTokenType.Number && json.TryGetInt64(out long value) && value is >= 0 and <= StreamPosition.MaxOffset ? value : null;

    /// <summary>A position {epoch, offset}. Other members are passed over; of two with the same name the later one counts.</summary>
    public static bool TrySince(ref Utf8JsonReader json, int maxDepth, out StreamPosition? since, out bool tooDeep)
    {
        since = null;
        tooDeep = false;
        if (json.TokenType != JsonTokenType.StartObject || json.CurrentDepth >= maxDepth)
        {
            tooDeep = !Skip(ref json, maxDepth);
            return false;
        }

        string? epoch = null;
        long? offset = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var field = Of(ref json);
            json.Read();
            if (field == Field.Epoch)
                epoch = Epoch(ref json);
            else if (field == Field.Offset)
                offset = Count(ref json);
            if (!Skip(ref json, maxDepth))
            {
                tooDeep = true;
                return false;
            }
        }

        if (epoch is null || offset is null)
            return false;
        since = new StreamPosition(epoch, offset.Value);
        return true;
    }

    private static bool TryUnescape(ref Utf8JsonReader json, scoped Span<byte> buffer, out int length)
    {
        length = 0;
        if (json.ValueSpan.Length > buffer.Length)
            return false;
        try
        {
            length = json.CopyString(buffer);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: it is JSON, and no text.
            return false;
        }
    }

    private static Field Of(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("id"u8) => Field.Id,
        3 when name.SequenceEqual("key"u8) => Field.Key,
        3 when name.SequenceEqual("ack"u8) => Field.Ack,
        4 when name.SequenceEqual("type"u8) => Field.Type,
        4 when name.SequenceEqual("room"u8) => Field.Room,
        4 when name.SequenceEqual("data"u8) => Field.Data,
        4 when name.SequenceEqual("info"u8) => Field.Info,
        5 when name.SequenceEqual("epoch"u8) => Field.Epoch,
        5 when name.SequenceEqual("since"u8) => Field.Since,
        5 when name.SequenceEqual("token"u8) => Field.Token,
        6 when name.SequenceEqual("offset"u8) => Field.Offset,
        6 when name.SequenceEqual("reason"u8) => Field.Reason,
        6 when name.SequenceEqual("roomId"u8) => Field.RoomId,
        7 when name.SequenceEqual("payload"u8) => Field.Payload,
        7 when name.SequenceEqual("session"u8) => Field.Session,
        9 when name.SequenceEqual("timestamp"u8) => Field.Timestamp,
        _ => Field.Unknown,
    };
}
