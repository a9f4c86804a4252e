using System.Diagnostics.Metrics;
using Hutong.Server.Tests.Support;

namespace Hutong.SocketIO.Tests.Engine;

/// <summary>Alone: the meter does not say of which test a measurement is.</summary>
[CollectionDefinition(nameof(EngineMetricsTests), DisableParallelization = true)]
[Collection(nameof(EngineMetricsTests))]
public class EngineMetricsTests
{
    [Fact]
    public async Task Meter_OfASessionThatMoves_CountsIt()
    {
        var all = new Recorder<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Hutong.SocketIO" && instrument.Name.StartsWith("hutong.engine.", StringComparison.Ordinal))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            all.Add($"{instrument.Name["hutong.engine.".Length..]} {value} {string.Join(' ', tags.ToArray().Select(t => t.Value))}".TrimEnd()));
        listener.Start();
        await using (var app = await EngineApp.StartAsync())
        {
            string sid = await app.OpenAsync();
            await app.PostAsync(sid, "4a");
            (await app.PollAsync(sid)).ShouldBe("4a");
            await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling("unknown"), 1, "Session ID unknown");
            await using (var failed = await app.OpenWebSocketAsync(sid))
            {
                await failed.SendTextAsync("x");
                await failed.ExpectCloseAsync(1000);
            }

            await all.WaitForAsync(m => m == "upgrades 1 unexpected_packet", "the failed upgrade");
            await Patience.UntilAsync(() => !app.Sockets.Items[0].IsUpgrading, "the end of the trial");
            await using var peer = await app.UpgradeAsync(sid);
            await peer.EchoAsync("4b");
            await peer.CloseAsync();
            await app.ClosesAsync("transport close");
        }

        all.Items.Where(m => !m.StartsWith("active", StringComparison.Ordinal)).ShouldBe(
        [
            "packets 1 receive polling", "packets 1 transmit polling", "refused_requests 1 400 unknown_session", "upgrades 1 unexpected_packet", "upgrades 1",
            "packets 1 receive websocket", "packets 1 transmit websocket", "closed_sessions 1 websocket transport close",
        ]);
        all.Items.Where(m => m.StartsWith("active", StringComparison.Ordinal)).ShouldBe(
            ["active_sessions 1 polling", "active_sessions -1 polling", "active_sessions 1 websocket", "active_sessions -1 websocket"]);
    }
}
