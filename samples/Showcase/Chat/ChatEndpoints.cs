using Hutong.Rooms;

namespace Showcase.Chat;

/// <summary>
/// Rooms <c>chat:*</c>. Whoever joins shows a name and a key; the others see the name and what the key hashes to, so that nobody can edit what
/// somebody else has said, and nobody needs an account.
/// </summary>
internal static class ChatEndpoints
{
    public const string Pattern = "chat:*";

    private static readonly RoomOptions Options = new()
    {
        HistorySize = 300,
        HistoryAge = TimeSpan.FromHours(12),
        Presence = true,
    };

    /// <summary>Says what happens in the chat's rooms.</summary>
    public static RoomsBuilder AddChat(this RoomsBuilder rooms) => rooms
        .Map(Pattern, Options)
        .OnJoin(Pattern, Enter)
        .On<Said>("chat_message", SayAsync)
        .On<Edited>("chat_edit", EditAsync)
        .On<Reacted>("chat_reaction", ReactAsync)
        .On("typing", TypeAsync)
        .On("chat_me", TellAsync);

    /// <summary>Opens the way by which images come in and go out.</summary>
    public static void MapChat(this WebApplication app)
    {
        var images = app.Services.GetRequiredService<ImageStore>();
        app.MapWebSocket("/chat/upload", new ImageUpload(images, app.Services.GetRequiredService<IRooms>()).TakeAsync, ImageUpload.Options);
        app.MapGet("/chat/images/{id}", (string id) => images.Find(id) is { } image ? Results.Bytes(image.Data, image.ContentType) : Results.NotFound());
    }

    /// <summary>Puts what the others may see in the place of what the client has shown.</summary>
    private static void Enter(JoinContext context)
    {
        if (Author.TryRead(context.Info.Span, out var author))
            context.Info = Payload.From(context.Session.Items[typeof(Author)] = author).Data;
        else
            context.Refuse("Show a name.");
    }

    private static async ValueTask SayAsync(MessageContext context, Said said)
    {
        if (Author.Of(context.Session) is not { } author || Text.Clean(said.Content) is not { Length: > 0 } content)
            context.Refuse("invalid_payload", "Say something of at most 2,000 characters.");
        else
            await context.PublishAsync(Payload.From(new { author.Name, author.Id, Content = content }));
    }

    private static async ValueTask EditAsync(MessageContext context, Edited edited)
    {
        // Whether it was said by the same author, each reader sees for itself: the id of the author is not the client's to choose.
        if (Author.Of(context.Session) is not { } author || edited.Of is not { Length: > 0 and <= 64 })
            context.Refuse("invalid_payload", "Nothing to edit.");
        else
            await context.PublishAsync(Payload.From(new { author.Id, edited.Of, Content = Text.Clean(edited.Content) ?? "" }));
    }

    private static async ValueTask ReactAsync(MessageContext context, Reacted reacted)
    {
        if (Author.Of(context.Session) is not { } author || reacted.Of is not { Length: > 0 and <= 64 } || !Reacted.Known.Contains(reacted.Emoji))
            context.Refuse("invalid_payload", "No such reaction.");
        else
            await context.PublishAsync(Payload.From(new { author.Id, author.Name, reacted.Of, reacted.Emoji, reacted.On }));
    }

    /// <summary>A hint for those who are there: it has no place in the history.</summary>
    private static ValueTask TypeAsync(MessageContext context)
    {
        if (context.Room is not { } room || Author.Of(context.Session) is not { } author)
            return default;
        var hint = new PublishRequest("typing", Payload.From(new { author.Id, author.Name })) { Ephemeral = true, Except = [context.Session.Id] };
        return Ignore(context.Rooms.PublishAsync(room, hint));
    }

    /// <summary>Tells a client what the others call it.</summary>
    private static ValueTask TellAsync(MessageContext context)
    {
        context.Reply(Payload.From(Author.Of(context.Session)));
        return default;
    }

    private static async ValueTask Ignore<T>(ValueTask<T> task) => await task;

    internal sealed record Said(string? Content);

    internal sealed record Edited(string? Of, string? Content);

    internal sealed record Reacted(string? Of, string? Emoji, bool On)
    {
        public static readonly string[] Known = ["👍", "❤️", "😄", "🎉", "👀"];
    }
}
