using System.Collections.Concurrent;
using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server;
using Showcase.Chat;
using Showcase.Notifications;

namespace Showcase.Seeds;

/// <summary><c>?userId=</c>; bare notices <c>{title, message, icon, type}</c>, and on coming back those that came meanwhile.</summary>
internal sealed class NoticeDialogue(RoomGraph graph, NoticeDialogue.Marks marks) : Dialogue(graph)
{
    private string _user = "";

    protected override async ValueTask BeginAsync(WebSocketRequest request)
    {
        _user = Text.CleanLine(request.Query.TryGetValue("userId", out var user) ? user.ToString() : "", 24);
        if (_user.Length == 0)
            _user = "anonymous";
        string room = NotificationEndpoints.RoomOf(_user);
        await Graph.JoinAsync(Session.Id, room);
        if (!marks.Last.TryGetValue(_user, out var since))
            return;
        foreach (var publication in (await Graph.GetHistoryAsync(room, since)).Publications)
        {
            if (Translate(publication) is { } text)
                Connection.TrySend(text);
        }
    }

    // These clients only listen.
    protected override ValueTask<bool> TakeAsync(string type, JsonElement message) => new(false);

    protected override string? Translate(OutgoingMessage message)
    {
        if (message.Type != "notification" || _user.Length == 0)
            return null;
        if (message.Position is { } position)
            marks.Note(_user, position);
        var notice = Read(message);
        return Write(new { title = notice.Text("title"), message = notice.Text("message"), icon = "/favicon.svg", type = notice.Text("type") });
    }

    /// <summary>Up to where a user has been told, for some thousand users.</summary>
    internal sealed class Marks
    {
        private const int Most = 5000;

        public ConcurrentDictionary<string, StreamPosition> Last { get; } = new(StringComparer.Ordinal);

        public void Note(string user, StreamPosition position)
        {
            if (Last.Count < Most || Last.ContainsKey(user))
                Last[user] = position;
        }
    }
}
