using System.Diagnostics;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Hutong.Server.Tests;

public class MetricTests
{
    [Fact]
    public async Task Metrics_OfGoodBadAndRefusedConnections_AreNamedTaggedAndBalanced()
    {
        const string Route = "/metered/{room}";
        using var metrics = new MetricCapture(Route);
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(Route, async ws =>
        {
            await foreach (var m in ws.ReadAllAsync())
                throw new InvalidOperationException();
        }));
        await using (var good = await app.OpenAsync("/metered/1"))
            await good.CloseAsync();
        await using (var silent = await app.OpenAsync("/metered/1"))
        {
            await silent.SendCloseAsync(null);
            await silent.ExpectCloseAsync(null);
        }

        await using (var failing = await app.OpenAsync("/metered/2"))
        {
            await failing.SendTextAsync("fail");
            await failing.ExpectCloseAsync(1011);
            await failing.AnswerCloseAsync(1011);
        }

        await using (var bad = await app.OpenAsync("/metered/3"))
        {
            await bad.SendFrameAsync(3);
            await bad.ExpectCloseAsync(1002);
            await bad.AnswerCloseAsync(1002);
        }

        await using (var lost = await app.OpenAsync("/metered/4"))
            lost.Reset();
        (await app.AskAsync(Head.Of("/metered/5", "Origin: https://evil.example"))).Status.ShouldBe(403);

        await metrics.WaitForBalanceAsync(5);
        await metrics.All.WaitAsync(all => all.Count(m => m.Name == "hutong.server.connection.duration") == 5, "five durations");
        metrics.Of("hutong.server.active_connections").ShouldAllBe(m => m.Unit == "{connection}" && m.Tags.Count == 1);
        var durations = metrics.Of("hutong.server.connection.duration").ToList();
        durations.ShouldAllBe(m => m.Unit == "s" && m.Value >= 0 && m.Value < Patience.Span.TotalSeconds);
        durations.Select(m => (m.Tags["hutong.close_code"], m.Tags.GetValueOrDefault("error.type"))).ShouldBe(
            [(1000, null), (1005, null), (1011, "handler_failed"), (1006, "reserved_opcode"), (1006, "connection_lost")],
            ignoreOrder: true);
        var refused = metrics.Of("hutong.server.refused_handshakes").ShouldHaveSingleItem();
        refused.Unit.ShouldBe("{handshake}");
        refused.Value.ShouldBe(1);
        refused.Tags["http.response.status_code"].ShouldBe(403);
        refused.Tags["error.type"].ShouldBe("origin_not_allowed");
    }

    [Fact]
    public async Task Metrics_OfAnEndpointInAGroup_HaveTheWholeRoute()
    {
        using var metrics = new MetricCapture("/groups/{group}/inner");
        await using var app = await TestApp.StartAsync(a => a.MapGroup("/groups/{group}").MapWebSocket("/inner", Handlers.Echo));
        await using (var peer = await app.OpenAsync("/groups/1/inner"))
            await peer.CloseAsync();
        (await app.AskAsync(Head.Of("/groups/2/inner", "-Sec-WebSocket-Key"))).Status.ShouldBe(400);
        await metrics.WaitForBalanceAsync(1);
        metrics.Of("hutong.server.refused_handshakes").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Activity_OfAConnection_LastsAsLongAndTellsHowItEnded()
    {
        const string Route = "/traced";
        var ended = new Recorder<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Hutong.Server",
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (Equals(activity.GetTagItem("http.route"), Route))
                    ended.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(Route, ws =>
        {
            ws.OnMessage = (_, _) => throw new InvalidOperationException();
            return Task.CompletedTask;
        }));
        await using (var good = await app.OpenAsync(Route))
        {
            ended.Items.ShouldBeEmpty();
            await good.CloseAsync();
        }

        await ended.WaitAsync(all => all.Count == 1, "the activity's end");
        await using (var bad = await app.OpenAsync(Route))
        {
            await bad.SendTextAsync("x");
            await bad.ExpectCloseAsync(1011);
            await bad.AnswerCloseAsync(1011);
        }

        await ended.WaitAsync(all => all.Count == 2, "the second activity's end");
        ended.Items.ShouldAllBe(a => a.Kind == ActivityKind.Server && a.OperationName == "websocket");
        ended.Items.ShouldAllBe(a => Equals(a.GetTagItem("network.protocol.name"), "websocket"));
        ended.Items.Select(a => (a.GetTagItem("hutong.close_code"), a.Status, a.StatusDescription)).ShouldBe(
            [(1000, ActivityStatusCode.Unset, null), (1011, ActivityStatusCode.Error, "handler_failed")]);
    }
}
