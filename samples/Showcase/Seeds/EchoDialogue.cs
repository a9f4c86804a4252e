using System.Text.Json;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Server;

namespace Showcase.Seeds;

/// <summary>
/// What the guides' managed clients talk with: everything comes back, heartbeats are answered and sent, and a token, by the URL or as the first
/// message, is taken unless it begins with <c>bad</c>.
/// </summary>
internal static class EchoDialogue
{
    /// <summary>
    /// Larger than elsewhere: the guides send a canvas, and ten million bytes to show <c>bufferedAmount</c>. What waits to go back holds up what
    /// comes.
    /// </summary>
    public static WebSocketEndpointOptions Options { get; } = new()
    {
        AllowedOrigins = SeedEndpoints.Origins,
        Connection = new ConnectionOptions
        {
            MaxMessageSize = 10 << 20,
            AnswerHeartbeats = true,
            Heartbeat = new HeartbeatOptions { Interval = TimeSpan.FromSeconds(10) },
            SendQueuePolicy = SendQueuePolicy.Wait,
        },
        // A browser that asks for some and is given none breaks the connection off.
        Subprotocols = ["chat", "superchat", "chat-protocol"],
    };

    /// <summary>Talks until the connection ends.</summary>
    public static async Task RunAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        if (request.Query.TryGetValue("token", out var given) && given.ToString() is { Length: > 0 } shown && !await AnswerAsync(connection, shown))
            return;
        await foreach (var message in connection.ReadAllAsync())
        {
            if (message.IsText && TokenOf(message) is { } token)
            {
                if (!await AnswerAsync(connection, token))
                    return;
            }
            else
            {
                await connection.SendAsync(message);
            }
        }
    }

    /// <summary>Says whether a token is taken; whoever has none that is goes.</summary>
    private static async Task<bool> AnswerAsync(WebSocketConnection connection, string token)
    {
        if (token.Length > 0 && !token.StartsWith("bad", StringComparison.Ordinal))
        {
            await connection.SendAsync("""{"type":"auth_success"}""");
            return true;
        }

        await connection.SendAsync("""{"type":"auth_fail","reason":"The token was refused."}""");
        await connection.CloseAsync(CloseCode.PolicyViolation, "The token was refused.");
        return false;
    }

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
