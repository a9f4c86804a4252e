using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server;
using Showcase.Game;

namespace Showcase.Seeds;

/// <summary><c>init {playerId}</c>, <c>gameState {players}</c>, <c>playerJoined</c>, <c>playerLeft</c>; <c>move {direction: w, a, s or d}</c>.</summary>
internal sealed class GameDialogue(RoomGraph graph, Arena arena) : Dialogue(graph)
{
    // A key press moves one this far: a fifth of a second.
    private const int TicksOfAMove = Arena.Rate / 5;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(100);

    private Player? _player;

    protected override ValueTask BeginAsync(WebSocketRequest request)
    {
        _player = arena.Enter("guest");
        if (_player is null)
        {
            Send(new { type = "error", code = "room_full", message = "The arena is full." });
            return default;
        }

        Send(new { type = "init", playerId = _player.Id });
        _ = ReportAsync();
        return default;
    }

    protected override ValueTask<bool> TakeAsync(string type, JsonElement message)
    {
        (int X, int Y)? way = message.Text("direction") switch
        {
            "w" => (0, -1),
            "s" => (0, 1),
            "a" => (-1, 0),
            "d" => (1, 0),
            _ => null,
        };
        if (type != "move" || way is not { } towards || _player is null)
            return new(false);
        arena.Steer(_player, towards.X, towards.Y, 0, TicksOfAMove);
        return new(true);
    }

    protected override string? Translate(OutgoingMessage message) => null;

    protected override void End()
    {
        if (_player is not null)
            arena.Leave(_player);
    }

    /// <summary>Tells who has come and gone since the last time, and where all are.</summary>
    private async Task ReportAsync()
    {
        var known = new HashSet<int> { _player!.Id };
        using var timer = new PeriodicTimer(Beat);
        while (await timer.WaitForNextTickAsync() && Connection.IsOpen)
        {
            var players = arena.Read((all, _) => all.Select(p => new { p.Id, x = Math.Round(p.X), y = Math.Round(p.Y), p.Name, p.Score }).ToList());
            var here = players.Select(p => p.Id).ToHashSet();
            foreach (var player in players.Where(p => known.Add(p.Id)))
                Send(new { type = "playerJoined", player });
            foreach (int id in known.Where(id => !here.Contains(id)).ToList())
            {
                known.Remove(id);
                Send(new { type = "playerLeft", playerId = id });
            }

            Send(new { type = "gameState", players });
        }
    }
}
