using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Hutong.SocketIO.Internal.Engine;

/// <summary>What the meter <c>Hutong.SocketIO</c> is told of Engine.IO. See <c>docs/reference/metrics.md</c>.</summary>
internal static class EngineTelemetry
{
    public const string Name = "Hutong.SocketIO";

    private const string TransportTag = "hutong.transport";
    private static readonly Meter Meter = new(Name);

    private static readonly UpDownCounter<long> ActiveSessions =
        Meter.CreateUpDownCounter<long>("hutong.engine.active_sessions", "{session}", "Engine.IO sessions that are open.");

    private static readonly Counter<long> ClosedSessions =
        Meter.CreateCounter<long>("hutong.engine.closed_sessions", "{session}", "Engine.IO sessions that have ended.");

    private static readonly Counter<long> Upgrades =
        Meter.CreateCounter<long>("hutong.engine.upgrades", "{upgrade}", "Moves from polling to a WebSocket, and attempts at it.");

    private static readonly Counter<long> Packets =
        Meter.CreateCounter<long>("hutong.engine.packets", "{packet}", "Engine.IO packets received, and messages accepted for sending.");

    private static readonly Counter<long> RefusedRequests =
        Meter.CreateCounter<long>("hutong.engine.refused_requests", "{request}", "Engine.IO requests that were refused.");

    public static void Opened(EngineTransport transport) => ActiveSessions.Add(1, NameOf(transport));

    public static void Closed(EngineTransport transport, EngineCloseReason reason)
    {
        ClosedSessions.Add(1, new TagList { NameOf(transport), { "hutong.reason", reason.Text } });
        ActiveSessions.Add(-1, NameOf(transport));
    }

    public static void Upgraded()
    {
        Upgrades.Add(1);
        ActiveSessions.Add(-1, NameOf(EngineTransport.Polling));
        ActiveSessions.Add(1, NameOf(EngineTransport.WebSocket));
    }

    public static void UpgradeFailed(string error) => Upgrades.Add(1, new TagList { { "error.type", error } });

    public static void Received(EngineTransport transport)
    {
        if (Packets.Enabled)
            Packets.Add(1, new TagList { { "network.io.direction", "receive" }, NameOf(transport) });
    }

    public static void Sent(EngineTransport transport, int packets)
    {
        if (Packets.Enabled)
            Packets.Add(packets, new TagList { { "network.io.direction", "transmit" }, NameOf(transport) });
    }

    public static void Refused(EngineRequestError error) =>
        RefusedRequests.Add(1, new TagList { { "http.response.status_code", error.Status }, { "error.type", error.Name } });

    private static KeyValuePair<string, object?> NameOf(EngineTransport transport) =>
        new(TransportTag, transport == EngineTransport.Polling ? "polling" : "websocket");
}
