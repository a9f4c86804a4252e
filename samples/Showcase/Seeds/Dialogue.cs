using System.Text.Encodings.Web;
using System.Text.Json;
using Hutong.Connections;
using Hutong.Rooms;
using Hutong.Server;

namespace Showcase.Seeds;

/// <summary>One connection that speaks a guide's dialogue, with a session in the rooms of the pages.</summary>
internal abstract class Dialogue(RoomGraph graph)
{
    // Names are as they were written: nobody puts this into a page's markup.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The rooms.</summary>
    protected RoomGraph Graph { get; } = graph;

    /// <summary>The session; null before <see cref="RunAsync"/> has begun it.</summary>
    protected Session Session { get; private set; } = null!;

    /// <summary>The connection.</summary>
    protected WebSocketConnection Connection { get; private set; } = null!;

    /// <summary>Talks until the connection ends.</summary>
    public async Task RunAsync(WebSocketConnection connection, WebSocketRequest request)
    {
        Connection = connection;
        if (await Graph.OpenAsync(new SeedWire(connection, Translate), new SessionStart { RemoteAddress = request.RemoteEndPoint?.Address, Request = request }) is not { } session)
            return;
        Session = session;
        try
        {
            await BeginAsync(request);
            await foreach (var message in connection.ReadAllAsync())
                await TakeAsync(message);
        }
        finally
        {
            End();
            // Who has said goodbye, or has gone without.
            session.End(1000);
        }
    }

    /// <summary>What is done before the first message.</summary>
    protected virtual ValueTask BeginAsync(WebSocketRequest request) => default;

    /// <summary>Takes a message; false if it is none of the dialogue's.</summary>
    protected abstract ValueTask<bool> TakeAsync(string type, JsonElement message);

    /// <summary>What a message of the rooms is in the dialogue; null if it is nothing there.</summary>
    protected abstract string? Translate(OutgoingMessage message);

    /// <summary>What is done after the last message.</summary>
    protected virtual void End()
    {
    }

    /// <summary>Sends a value as JSON.</summary>
    protected void Send<T>(T value) => Connection.TrySend(Write(value));

    /// <summary>A value as JSON.</summary>
    protected static string Write<T>(T value) => JsonSerializer.Serialize(value, Json);

    /// <summary>What a message of the rooms carries.</summary>
    protected static JsonElement Read(OutgoingMessage message) => JsonElement.Parse(message.Payload.Data.Span);

    private async ValueTask TakeAsync(Message message)
    {
        JsonElement json = default;
        bool isTaken = false;
        try
        {
            json = JsonElement.Parse(message.Data.Span);
            isTaken = json.ValueKind == JsonValueKind.Object && await TakeAsync(json.Text("type"), json);
        }
        catch (JsonException)
        {
            // Answered as everything else that is not understood.
        }

        if (!isTaken)
            Send(new { type = "error", code = json.ValueKind == JsonValueKind.Undefined ? "invalid_json" : "unknown_type", message = "This is not understood here." });
    }
}
