using System.Text.Json;
using Hutong.Rooms;
using Showcase.Chat;
using Showcase.Seeds;

namespace Showcase.Game;

/// <summary>Room <c>arena</c>. Whoever joins plays; a frame that does not fit on a slow line is not sent later, because the next one is better.</summary>
internal static class GameEndpoints
{
    public const string Room = "arena";

    private const int MaxBots = 100;
    private const int LongestName = 16;

    /// <summary>Says what happens in the room.</summary>
    public static RoomsBuilder AddGame(this RoomsBuilder rooms, Arena arena) => rooms
        .Map(Room, new RoomOptions { Delivery = Delivery.Volatile })
        .OnJoin(Room, context => Enter(context, arena))
        .OnLeave(Room, context =>
        {
            if (context.Session.Items.Remove(typeof(Player), out object? player))
                arena.Leave((Player)player!);
            return default;
        })
        .On<Move>("move", (context, move) =>
        {
            if (Of(context.Session) is { } player)
                arena.Steer(player, move.X, move.Y, (byte)move.N);
            return default;
        })
        .On("game_me", context =>
        {
            context.Reply(Payload.From(new { id = Of(context.Session)?.Id ?? 0, Arena.Width, Arena.Height, Arena.Rate, Arena.Speed }));
            return default;
        })
        .On("roster", context =>
        {
            context.Reply(Payload.From(arena.Read((players, _) => players.Select(p => new { p.Id, p.Name, p.IsBot }).ToList())));
            return default;
        })
        .On<Bots>("bots", (_, bots) =>
        {
            arena.SetBots(Math.Clamp(bots.Count, 0, MaxBots));
            return default;
        })
        .On("game_ping", static _ => default);

    private static void Enter(JoinContext context, Arena arena)
    {
        // Joined again, it plays on.
        if (Of(context.Session) is not null)
            return;
        string name = "guest";
        if (!context.Info.IsEmpty && Text.CleanLine(JsonElement.Parse(context.Info.Span).Text("name"), LongestName) is { Length: > 0 } given)
            name = given;
        if (arena.Enter(name) is { } player)
            context.Session.Items[typeof(Player)] = player;
        else
            context.Refuse("The arena is full.");
    }

    private static Player? Of(Session session) => session.Items.TryGetValue(typeof(Player), out object? player) ? player as Player : null;

    internal sealed record Move(double X, double Y, int N);

    internal sealed record Bots(int Count);
}
