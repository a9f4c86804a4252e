using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hutong.Rooms.Protocol;

namespace Hutong.Rooms.Internal;

/// <summary>The meter and activity source <c>Hutong.Rooms</c>; names and units by OpenTelemetry's conventions. See <c>docs/reference/metrics.md</c>.</summary>
internal static class RoomsTelemetry
{
    public const string Name = "Hutong.Rooms";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> ActiveSessions =
        Meter.CreateUpDownCounter<long>("hutong.rooms.active_sessions", "{session}", "Sessions that are open.");

    private static readonly UpDownCounter<long> ActiveRooms =
        Meter.CreateUpDownCounter<long>("hutong.rooms.active_rooms", "{room}", "Rooms with members on this node.");

    private static readonly UpDownCounter<long> ActiveMembers =
        Meter.CreateUpDownCounter<long>("hutong.rooms.members", "{member}", "Sessions in rooms, counted once for each room.");

    private static readonly UpDownCounter<long> BehindMembers =
        Meter.CreateUpDownCounter<long>("hutong.rooms.behind_members", "{member}", "Members for whom publications wait because they read too slowly.");

    private static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("hutong.rooms.messages", "{message}", "Messages of clients that were handled.");

    private static readonly Counter<long> Publications =
        Meter.CreateCounter<long>("hutong.rooms.publications", "{publication}", "Publications by this node.");

    private static readonly Counter<long> Deliveries =
        Meter.CreateCounter<long>("hutong.rooms.deliveries", "{delivery}", "Publications that were given to a session's wire.");

    private static readonly Counter<long> DroppedDeliveries =
        Meter.CreateCounter<long>("hutong.rooms.dropped_deliveries", "{delivery}", "Publications that a session did not get.");

    private static readonly Counter<long> SlowDisconnects =
        Meter.CreateCounter<long>("hutong.rooms.slow_disconnects", "{session}", "Sessions ended because they read too slowly.");

    private static readonly Counter<long> Joins = Meter.CreateCounter<long>("hutong.rooms.joins", "{join}", "Joins that were answered.");

    private static readonly Counter<long> Gaps =
        Meter.CreateCounter<long>("hutong.rooms.gaps", "{gap}", "Times that publications were lost to members, who were told.");

    private static readonly Counter<long> Duplicates =
        Meter.CreateCounter<long>("hutong.rooms.duplicates", "{message}", "Messages of clients that had been handled before.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("hutong.rooms.handler.duration", "s", "How long handlers of messages ran.");

    private static readonly Histogram<long> Lag =
        Meter.CreateHistogram<long>("hutong.rooms.session.lag", "By", "What waited for sessions, looked at now and then where something did.");

    public static bool TimesHandlers => Duration.Enabled;

    public static bool WatchesLag => Lag.Enabled;

    public static void Opened(string wire) => ActiveSessions.Add(1, new TagList { { "hutong.wire", wire } });

    public static void Ended(string wire) => ActiveSessions.Add(-1, new TagList { { "hutong.wire", wire } });

    public static void Rooms(int change) => ActiveRooms.Add(change);

    public static void Members(int change) => ActiveMembers.Add(change);

    public static void Behind(int change) => BehindMembers.Add(change);

    public static void Received(string? error)
    {
        if (error is null)
            Messages.Add(1);
        else
            Messages.Add(1, new TagList { { "error.type", error } });
    }

    public static void Published() => Publications.Add(1);

    public static void Delivered(int count)
    {
        if (count > 0)
            Deliveries.Add(count);
    }

    public static void Dropped(string reason) => DroppedDeliveries.Add(1, new TagList { { "hutong.reason", reason } });

    public static void SlowDisconnect() => SlowDisconnects.Add(1);

    public static void Joined(bool? recovered) =>
        Joins.Add(1, new TagList { { "hutong.recovered", recovered switch { null => "not_asked", true => "yes", false => "no" } } });

    public static void Refused(RoomError error) => Joins.Add(1, new TagList { { "error.type", error.Code } });

    public static void Gap() => Gaps.Add(1);

    public static void Duplicate() => Duplicates.Add(1);

    public static void Handled(TimeSpan duration, string? error)
    {
        var tags = default(TagList);
        if (error is not null)
            tags.Add("error.type", error);
        Duration.Record(duration.TotalSeconds, tags);
    }

    public static void Lagging(long bytes, string wire) => Lag.Record(bytes, new TagList { { "hutong.wire", wire } });
}
