using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Hutong.SocketIO.Protocol;

/// <summary>What the server tells a client in the open packet.</summary>
/// <param name="Sid">The session's id.</param>
/// <param name="Upgrades">The transports to which the client may move.</param>
/// <param name="PingInterval">How often the server sends a ping, in milliseconds.</param>
/// <param name="PingTimeout">How long either end waits for the other's heartbeat, in milliseconds.</param>
/// <param name="MaxPayload">The largest polling payload and WebSocket message that the server takes, in bytes.</param>
public sealed record EngineOpen(string Sid, IReadOnlyList<string> Upgrades, int PingInterval, int PingTimeout, int MaxPayload)
{
    private const int MaxUpgrades = 16;

    /// <summary>Writes the packet's data: JSON, without the packet's type.</summary>
    /// <param name="output">Where to.</param>
    public void Write(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("sid"u8, Sid);
        json.WriteStartArray("upgrades"u8);
        foreach (string upgrade in Upgrades)
            json.WriteStringValue(upgrade);
        json.WriteEndArray();
        json.WriteNumber("pingInterval"u8, PingInterval);
        json.WriteNumber("pingTimeout"u8, PingTimeout);
        json.WriteNumber("maxPayload"u8, MaxPayload);
        json.WriteEndObject();
    }

    /// <summary>Reads the packet's data. Members that it does not know are passed over.</summary>
    /// <param name="data">The JSON, without the packet's type.</param>
    /// <param name="open">What it says.</param>
    /// <param name="error">What is wrong with it.</param>
    /// <returns>Whether it is what it should be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> data, [NotNullWhen(true)] out EngineOpen? open, [NotNullWhen(false)] out EngineError? error)
    {
        open = Read(data);
        error = open is null ? EngineError.InvalidOpen : null;
        return error is null;
    }

    private static EngineOpen? Read(ReadOnlySpan<byte> data)
    {
        var json = new Utf8JsonReader(data);
        string? sid = null;
        List<string>? upgrades = null;
        int interval = -1, timeout = -1, maxPayload = -1;
        try
        {
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
                return null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("sid"u8))
                    sid = ReadString(ref json);
                else if (json.ValueTextEquals("upgrades"u8))
                    upgrades = ReadStrings(ref json);
                else if (json.ValueTextEquals("pingInterval"u8))
                    interval = ReadNumber(ref json);
                else if (json.ValueTextEquals("pingTimeout"u8))
                    timeout = ReadNumber(ref json);
                else if (json.ValueTextEquals("maxPayload"u8))
                    maxPayload = ReadNumber(ref json);
                else
                    json.Skip();
            }

            // Reads to the end, lest something follow the object.
            return json.Read() || string.IsNullOrEmpty(sid) || upgrades is null || interval < 0 || timeout < 0 || maxPayload < 0
                ? null : new EngineOpen(sid, upgrades, interval, timeout, maxPayload);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The second is how a string with half a surrogate pair shows itself.
            return null;
        }
    }

    private static string? ReadString(ref Utf8JsonReader json) => json.Read() && json.TokenType == JsonTokenType.String ? json.GetString() : throw new JsonException();

    private static int ReadNumber(ref Utf8JsonReader json) =>
        json.Read() && json.TokenType == JsonTokenType.Number && json.TryGetInt32(out int value) && value >= 0 ? value : throw new JsonException();

    private static List<string> ReadStrings(ref Utf8JsonReader json)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            throw new JsonException();
        var strings = new List<string>();
        while (json.Read() && json.TokenType == JsonTokenType.String && strings.Count < MaxUpgrades)
            strings.Add(json.GetString()!);
        return json.TokenType == JsonTokenType.EndArray ? strings : throw new JsonException();
    }
}
