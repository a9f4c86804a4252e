using Hutong.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Hutong.Interop.Rooms;

/// <summary>An app with a room that all kinds of clients share.</summary>
internal sealed class RoomServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RoomServer(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <summary>Starts it.</summary>
    /// <param name="pattern">The rooms' names.</param>
    /// <param name="history">How many publications they keep.</param>
    /// <param name="joinNotices">Whether members are told of who comes and goes.</param>
    /// <param name="allowedOrigins">The origins of pages besides its own.</param>
    public static async Task<RoomServer> StartAsync(string pattern = "shared", int history = 1000, bool joinNotices = false, params string[] allowedOrigins)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseHutongTransport();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddRooms();
        var app = builder.Build();
        app.MapRooms(
            "/rt",
            rooms => rooms.Map(pattern, new RoomOptions { HistorySize = history, ClientPublish = true, Presence = true, JoinNotices = joinNotices }),
            new() { AllowedOrigins = allowedOrigins, Limits = new() { DrainTime = TimeSpan.Zero } });
        app.MapGet("/page", () => Results.Content("<!doctype html><title>A page</title>", "text/html"));
        await app.StartAsync();
        return new RoomServer(app);
    }

    public async Task PublishAsync(int from, int to)
    {
        var room = _app.Services.GetRequiredService<IRooms>().Room("shared");
        for (int i = from; i <= to; i++)
            await room.PublishAsync("n", i);
    }

    public async Task<int> MembersAsync() => (await _app.Services.GetRequiredService<IRooms>().GetPresenceAsync("shared")).Sessions;

    public void DisconnectAll()
    {
        foreach (var session in _app.Services.GetRequiredService<RoomGraph>().Sessions)
            session.Disconnect();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
