using System.Text.Json;
using Hutong.Connections;
using Hutong.Rooms;
using Hutong.Server;

namespace Showcase.Chat;

/// <summary>
/// Takes an image over a WebSocket of its own: a text message <c>{room, name, key, size}</c>, then its bytes in binary messages. Answers
/// <c>{received}</c> to each, and at the end <c>{id}</c>, when the room has been told.
/// </summary>
internal sealed class ImageUpload(ImageStore images, IRooms rooms)
{
    /// <summary>How the endpoint behaves.</summary>
    public static WebSocketEndpointOptions Options { get; } = new() { Connection = new ConnectionOptions { MaxMessageSize = 64 << 10 } };

    /// <summary>Takes one image.</summary>
    public async Task TakeAsync(WebSocketConnection connection)
    {
        Announcement? announced = null;
        Author author = new("", "");
        byte[] image = [];
        int received = 0;
        await foreach (var message in connection.ReadAllAsync())
        {
            if (announced is null)
            {
                announced = Read(message);
                if (announced is not { Size: > 0 and <= ImageStore.MaxSize } || !Author.TryMake(announced.Name, announced.Key, out author))
                    break;
                image = new byte[announced.Size];
                continue;
            }

            if (message.IsText || message.Data.Length > image.Length - received)
                break;
            message.Data.CopyTo(image.AsMemory(received));
            received += message.Data.Length;
            await connection.SendAsync(JsonSerializer.Serialize(new { received }));
            if (received < image.Length)
                continue;
            if (images.Add(image) is not { } id)
                break;
            var payload = Payload.From(new { author.Name, author.Id, Image = $"/chat/images/{id}", Size = received });
            await rooms.PublishAsync(announced.Room!, new PublishRequest("chat_message", payload) { Id = announced.Id });
            await connection.SendAsync(JsonSerializer.Serialize(new { id }));
            return;
        }

        if (connection.IsOpen)
            await connection.SendAsync("""{"error":"This is no image, or one that is too large."}""");
    }

    private static Announcement? Read(Message message)
    {
        try
        {
            var read = message.IsText ? JsonSerializer.Deserialize<Announcement>(message.Data.Span, JsonSerializerOptions.Web) : null;
            return read?.Room?.StartsWith("chat:", StringComparison.Ordinal) == true && read.Room.Length <= 40 && read.Id is null or { Length: > 0 and <= 64 } ? read : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Announcement(string? Room, string? Name, string? Key, string? Id, int Size);
}
