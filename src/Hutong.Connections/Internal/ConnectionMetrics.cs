using System.Diagnostics;
using System.Diagnostics.Metrics;
using Hutong.Protocol;

namespace Hutong.Connections.Internal;

/// <summary>The meter <c>Hutong.Connections</c>; names and units by OpenTelemetry's conventions. See <c>docs/reference/metrics.md</c>.</summary>
internal static class ConnectionMetrics
{
    private static readonly Meter Meter = new("Hutong.Connections");

    private static readonly Counter<long> Messages =
        Meter.CreateCounter<long>("hutong.connection.messages", "{message}", "Messages received or sent.");

    private static readonly Counter<long> Io =
        Meter.CreateCounter<long>("hutong.connection.io", "By", "Bytes received or sent, frames' headers included.");

    private static readonly Counter<long> DroppedMessages =
        Meter.CreateCounter<long>("hutong.connection.dropped_messages", "{message}", "Messages refused because a send queue was full.");

    public static bool IsEnabled => Messages.Enabled || Io.Enabled;

    public static void Received(Role role, long messages, long bytes) => Add(role, "receive", messages, bytes);

    public static void Sent(Role role, long messages, long bytes) => Add(role, "transmit", messages, bytes);

    public static void Dropped(Role role) => DroppedMessages.Add(1, new TagList { { "hutong.role", Name(role) } });

    private static void Add(Role role, string direction, long messages, long bytes)
    {
        var tags = new TagList { { "network.io.direction", direction }, { "hutong.role", Name(role) } };
        if (messages > 0)
            Messages.Add(messages, tags);
        if (bytes > 0)
            Io.Add(bytes, tags);
    }

    private static string Name(Role role) => role == Role.Server ? "server" : "client";
}
