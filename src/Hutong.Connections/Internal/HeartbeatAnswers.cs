using System.Text;
using System.Text.Json;

namespace Hutong.Connections.Internal;

/// <summary>
/// The heartbeats that pages send as messages, and their answers: <c>ping</c>; <c>{"type":"ping"}</c>, whose <c>id</c> comes back; and the
/// numbered kind, <c>{"req_type":1}</c> or 8, whose number and <c>req_no</c> come back.
/// </summary>
internal static class HeartbeatAnswers
{
    private const int Longest = 512;

    /// <summary>Finds the answer to a message, if it is a heartbeat.</summary>
    /// <returns>The answer; null if the message is none.</returns>
    public static string? Find(ReadOnlySpan<byte> text, TimeProvider time)
    {
        if (text.SequenceEqual("ping"u8))
            return "pong";
        // Nearly every message is ruled out here, without a parse.
        if (text.Length is < 12 or > Longest || text[0] != (byte)'{' || (text.IndexOf("\"ping\""u8) < 0 && text.IndexOf("\"req_type\""u8) < 0))
            return null;
        try
        {
            return FindJson(text, time);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON after all, or with half a surrogate pair in it: the handler's business.
            return null;
        }
    }

    private static string? FindJson(ReadOnlySpan<byte> text, TimeProvider time)
    {
        bool ping = false;
        int requestType = 0;
        string? id = null;
        string? requestNumber = null;
        var reader = new Utf8JsonReader(text);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8) && reader.Read())
                ping = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("ping"u8);
            else if (reader.ValueTextEquals("req_type"u8) && reader.Read())
                requestType = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number) ? number : 0;
            else if (reader.ValueTextEquals("id"u8) && reader.Read())
                id = Scalar(ref reader);
            else if (reader.ValueTextEquals("req_no"u8) && reader.Read())
                requestNumber = Scalar(ref reader);
            // Over a value that is an object or array, whatever its name: what is in it is not this object's.
            reader.Skip();
        }

        // To the end: what follows the object must be nothing.
        while (reader.Read())
        {
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (ping)
            return $$"""{"type":"pong"{{Field("id", id)}},"timestamp":{{now}}}""";
        return requestType is 1 or 8 ? $$"""{"resp_type":{{requestType}}{{Field("req_no", requestNumber)}},"timestamp":{{now}}}""" : null;
    }

    /// <summary>A string or number as JSON, to be sent back as it is; null for anything else.</summary>
    private static string? Scalar(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return $"\"{JsonEncodedText.Encode(reader.GetString()!)}\"";
            case JsonTokenType.Number:
                return Encoding.ASCII.GetString(reader.ValueSpan);
            default:
                return null;
        }
    }

    private static string Field(string name, string? value) => value is null ? "" : $",\"{name}\":{value}";
}
