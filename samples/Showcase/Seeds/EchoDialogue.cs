using System.Text.Json;
using Hutong.Connections;
using Hutong.Server;

namespace Showcase.Seeds;

/// <summary>
/// What the guides' managed clients talk with: everything comes back, heartbeats are answered, and a token, by the URL or as the first message,
/// is taken unless it begins with <c>bad</c>.
/// </summary>
internal static class EchoDialogue
{
    /// <summary>Talks until the connection ends.</summary>
    public static async Task RunAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        _ = request;
        await foreach (var message in connection.ReadAllAsync())
        {
            if (message.IsText && TokenOf(message) is { } token)
                await connection.SendAsync(Answer(token));
            else
                await connection.SendAsync(message);
        }
    }

    private static string Answer(string token) => token.Length == 0 || token.StartsWith("bad", StringComparison.Ordinal)
        ? """{"type":"auth_fail","reason":"The token was refused."}"""
        : """{"type":"auth_success"}""";

    /// <summary>The token of an <c>auth</c> message; null if it is another message.</summary>
    private static string? TokenOf(Message message)
    {
        try
        {
            var json = JsonElement.Parse(message.Data.Span);
            return json.Text("type") != "auth" ? null : json.Text("token") is { Length: > 0 } token ? token
                : json.TryGetProperty("payload", out var payload) ? payload.Text("token") : "";
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
