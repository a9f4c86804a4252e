using System.Text.Json;
using Hutong.Rooms;
using Hutong.Server;
using Showcase.Dashboard;

namespace Showcase.Seeds;

/// <summary>Bare metrics, once a second: <c>{cpu, memory, networkIn, networkOut, requestsPerSecond, …}</c>.</summary>
internal sealed class MonitorDialogue(RoomGraph graph) : Dialogue(graph)
{
    protected override ValueTask BeginAsync(WebSocketRequest request) => Graph.JoinAsync(Session.Id, DashboardEndpoints.Room);

    protected override ValueTask<bool> TakeAsync(string type, JsonElement message) => new(false);

    protected override string? Translate(OutgoingMessage message) => message.Type == "metrics" ? Read(message).GetRawText() : null;
}
