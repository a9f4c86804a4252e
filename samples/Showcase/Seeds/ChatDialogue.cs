using System.Text.Json;
using Hutong.Rooms;
using Showcase.Chat;

namespace Showcase.Seeds;

/// <summary><c>join {username}</c>, <c>message {content}</c>; <c>userJoined</c>, <c>message</c>, <c>userLeft</c>: in the lobby of the chat.</summary>
internal sealed class ChatDialogue(RoomGraph graph) : Dialogue(graph)
{
    private const string Room = "chat:lobby";

    private Author? _author;

    protected override async ValueTask<bool> TakeAsync(string type, JsonElement message)
    {
        switch (type)
        {
            case "join":
                if (_author is not null || !Author.TryMake(message.Text("username"), Session.Id, out var author))
                    return false;
                _author = author;
                await Graph.JoinAsync(Session.Id, Room, Payload.From(author).Data);
                // The rooms tell the others; these clients wait to read it of themselves too.
                Send(new { type = "userJoined", username = author.Name });
                return true;
            case "message":
                if (_author is null || Text.Clean(message.Text("content")) is not { Length: > 0 } content)
                    return false;
                await Graph.PublishAsync(Room, new PublishRequest("chat_message", Payload.From(new { _author.Name, _author.Id, Content = content })) { Sender = Session.Id });
                return true;
            default:
                return false;
        }
    }

    protected override string? Translate(OutgoingMessage message) => message.Type switch
    {
        "chat_message" => Said(Read(message)),
        "user_join" => Write(new { type = "userJoined", username = NameOf(message) }),
        "user_leave" => Write(new { type = "userLeft", username = NameOf(message) }),
        _ => null,
    };

    private static string NameOf(OutgoingMessage message) => Read(message).GetProperty("info").Text("name");

    private static string Said(JsonElement payload)
    {
        // Those clients know no images: an address is what they can show.
        string content = payload.Text("content");
        return Write(new { type = "message", username = payload.Text("name"), content = content.Length > 0 ? content : payload.Text("image") });
    }
}
