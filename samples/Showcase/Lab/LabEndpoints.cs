using System.Diagnostics;
using System.Runtime.InteropServices;
using Hutong.Rooms;
using Showcase.Site;

namespace Showcase.Lab;

/// <summary>Room <c>lab</c>: one feed for every transport, and what the server can say of them.</summary>
internal static class LabEndpoints
{
    public const string Room = "lab";

    private static readonly RoomOptions Options = new() { HistorySize = 500, HistoryAge = TimeSpan.FromMinutes(1), HistoryBytes = 4 << 20 };

    /// <summary>Says what the room is like.</summary>
    public static RoomsBuilder AddLab(this RoomsBuilder rooms) => rooms
        .Map(Room, Options)
        .On<Wish, LabFeed>("lab_feed", (_, wish, feed) =>
        {
            feed.Ask(wish.Rate, wish.Size);
            return default;
        });

    /// <summary>Counts heads on the way to the rooms.</summary>
    public static void UseHeadCounter(this WebApplication app)
    {
        var counter = app.Services.GetRequiredService<HeadCounter>();
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Paths.Rooms, StringComparison.Ordinal),
            branch => branch.Use(counter.CountAsync));
    }

    /// <summary>Serves what the server knows.</summary>
    public static void MapLab(this WebApplication app)
    {
        var counter = app.Services.GetRequiredService<HeadCounter>();
        app.MapGet("/lab/server", () =>
        {
            using var self = Process.GetCurrentProcess();
            return Results.Json(new
            {
                // Milliseconds of processor time so far: the page takes differences.
                cpu = self.TotalProcessorTime.TotalMilliseconds,
                cores = Environment.ProcessorCount,
                system = RuntimeInformation.OSDescription,
                runtime = RuntimeInformation.FrameworkDescription,
                architecture = RuntimeInformation.ProcessArchitecture.ToString(),
                heads = counter.Counts.ToDictionary(c => c.Key, c => new { c.Value.Requests, c.Value.Bytes }, StringComparer.Ordinal),
            });
        });
    }

    internal sealed record Wish(int Rate, int Size);
}
