using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hutong.Server.Internal;

/// <summary>The meter and activity source <c>Hutong.Server</c>; names and units by OpenTelemetry's conventions. See <c>docs/reference/metrics.md</c>.</summary>
internal static class ServerTelemetry
{
    public const string Name = "Hutong.Server";

    public static readonly ActivitySource Activities = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> Open =
        Meter.CreateUpDownCounter<long>("hutong.server.active_connections", "{connection}", "WebSockets that are open.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("hutong.server.connection.duration", "s", "How long WebSockets were open.");

    private static readonly Counter<long> Refusals =
        Meter.CreateCounter<long>("hutong.server.refused_handshakes", "{handshake}", "Opening handshakes that were refused.");

    private static readonly Counter<long> RefusedRequests =
        Meter.CreateCounter<long>("hutong.server.refused_requests", "{request}", "Requests of rooms over HTTP that were refused.");

    public static void Opened(string route) => Open.Add(1, new TagList { { "http.route", route } });

    public static void Closed(string route, TimeSpan duration, int closeCode, string? error)
    {
        var tags = new TagList { { "http.route", route }, { "hutong.close_code", closeCode } };
        if (error is not null)
            tags.Add("error.type", error);
        Duration.Record(duration.TotalSeconds, tags);
        // Last, so that whoever sees the connection gone sees its duration too.
        Open.Add(-1, new TagList { { "http.route", route } });
    }

    public static void Refused(string route, int status, string error) =>
        Refusals.Add(1, new TagList { { "http.route", route }, { "http.response.status_code", status }, { "error.type", error } });

    public static void RequestRefused(int status, string error) =>
        RefusedRequests.Add(1, new TagList { { "http.response.status_code", status }, { "error.type", error } });
}
