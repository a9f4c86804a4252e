using System.Text.Json;

namespace Showcase.Seeds;

/// <summary>Reads what may be there or not.</summary>
internal static class JsonReading
{
    /// <summary>A text; empty if there is none of that name.</summary>
    public static string Text(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    /// <summary>A number; 0 if there is none of that name.</summary>
    public static double Number(this JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;
}
