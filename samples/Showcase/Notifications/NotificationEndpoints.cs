using System.Text.Json;
using Hutong.Rooms;
using Showcase.Chat;

namespace Showcase.Notifications;

/// <summary>
/// Rooms <c>inbox:*</c>, one for each name. What comes while nobody is there waits in the room's history. In this sample a name is anybody's
/// who takes it; an app would let a user into no inbox but their own, in <c>OnJoin</c>.
/// </summary>
internal static class NotificationEndpoints
{
    private const string Prefix = "inbox:";
    private const int LongestName = 24;

    private static readonly string[] Levels = ["info", "success", "warning", "error"];

    private static readonly RoomOptions Options = new()
    {
        HistorySize = 100,
        HistoryAge = TimeSpan.FromDays(1),
        Presence = true,
        JoinNotices = false,
    };

    /// <summary>The room of a name.</summary>
    public static string RoomOf(string user) => Prefix + user;

    /// <summary>Says what happens in the inboxes.</summary>
    public static RoomsBuilder AddNotifications(this RoomsBuilder rooms) => rooms
        .Map(Prefix + "*", Options)
        .On<Notice>("notify", NotifyAsync)
        .On<Receipt>("receipt", ConfirmAsync);

    /// <summary>Puts a notice into an inbox; the answer says how many of the person's windows are there now.</summary>
    private static async ValueTask NotifyAsync(MessageContext context, Notice notice)
    {
        string to = Text.CleanLine(notice.To, LongestName);
        string title = Text.CleanLine(notice.Title, 80);
        string message = Text.CleanLine(notice.Message, 280);
        if (to.Length == 0 || title.Length == 0)
        {
            context.Refuse("invalid_payload", "A notice needs a name and a title.");
            return;
        }

        string level = Levels.Contains(notice.Level) ? notice.Level! : Levels[0];
        var payload = Payload.From(new { title, message, type = level, from = Text.CleanLine(notice.From, LongestName), id = context.Id.Text });
        // Sent again after a cut, it is still one notice.
        await context.Rooms.PublishAsync(RoomOf(to), new PublishRequest("notification", payload) { Id = context.Id, DedupeKey = context.Id.IsPresent ? $"notice {context.Id}" : null });
        var presence = await context.Rooms.GetPresenceAsync(RoomOf(to), limit: 1);
        context.Reply(Payload.From(new { windows = presence.Sessions }));
    }

    /// <summary>Tells the sender what has become of a notice.</summary>
    private static async ValueTask ConfirmAsync(MessageContext context, Receipt receipt)
    {
        if (receipt is not { Of: { Length: > 0 and <= 64 } of, To: { Length: > 0 and <= LongestName } to } || receipt.State is not ("delivered" or "read"))
            throw new JsonException("This is no receipt.");
        var payload = Payload.From(new { of, receipt.State, by = Text.CleanLine(receipt.By, LongestName) });
        await context.Rooms.PublishAsync(RoomOf(to), new PublishRequest("receipt", payload) { Ephemeral = true });
    }

    internal sealed record Notice(string? To, string? From, string? Title, string? Message, string? Level);

    internal sealed record Receipt(string? Of, string? To, string? By, string? State);
}
