using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server;
using Showcase.Chat;

namespace Showcase.Seeds;

/// <summary><c>?doc=</c>; <c>edit {position, content}</c>, <c>cursor {position}</c>; <c>sync</c>, <c>edit</c>, <c>cursor</c>: rooms <c>doc:*</c>.</summary>
internal sealed class DocumentDialogue(RoomGraph graph, Documents documents) : Dialogue(graph)
{
    /// <summary>The rooms.</summary>
    public const string Pattern = "doc:*";

    private string _name = "";

    private string Room => "doc:" + _name;

    protected override async ValueTask BeginAsync(WebSocketRequest request)
    {
        _name = Text.CleanLine(request.Query.TryGetValue("doc", out var doc) ? doc.ToString() : "", 64);
        if (_name.Length == 0)
            _name = "untitled";
        Send(new { type = "sync", content = documents[_name] });
        await Graph.JoinAsync(Session.Id, Room);
    }

    protected override async ValueTask<bool> TakeAsync(string type, JsonElement message)
    {
        int position = (int)message.Number("position");
        object payload;
        switch (type)
        {
            case "edit" when message.Text("content") is { Length: <= Documents.MaxLength } content:
                documents.Set(_name, content);
                payload = new { type, position, content, userId = Session.Id };
                break;
            case "cursor":
                payload = new { type, position, userId = Session.Id };
                break;
            default:
                return false;
        }

        await Graph.PublishAsync(Room, new PublishRequest(type, Payload.From(payload)) { Sender = Session.Id, Except = [Session.Id] });
        return true;
    }

    protected override string? Translate(OutgoingMessage message) => message.Type is "edit" or "cursor" ? Read(message).GetRawText() : null;
}
