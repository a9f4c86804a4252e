using Hutong.Rooms;

namespace Showcase.Dashboard;

/// <summary>Room <c>metrics</c>: a sample each second, and what is too high.</summary>
internal static class DashboardEndpoints
{
    public const string Room = "metrics";

    /// <summary>Says what the room is like.</summary>
    public static RoomsBuilder AddDashboard(this RoomsBuilder rooms) => rooms
        // A minute for those who come back: their charts have no hole.
        .Map(Room, new RoomOptions { HistorySize = 90, HistoryAge = TimeSpan.FromMinutes(2) })
        .On<Load, LoadMaker>("load", (context, load, maker) =>
        {
            if (!load.On)
                maker.Stop();
            else if (!maker.TryStart())
                context.Refuse("busy", "It is at it already.");
            return default;
        });

    /// <summary>Serves the hour before.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        var metrics = app.Services.GetRequiredService<MetricsService>();
        app.MapGet("/dashboard/hour", () => Results.Json(new { samples = metrics.Samples, metrics.Alarms }));
    }

    internal sealed record Load(bool On);
}
