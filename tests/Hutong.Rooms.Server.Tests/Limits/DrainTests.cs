using Hutong.Rooms.Server.Auth;
using Hutong.Rooms.Server.Http;
using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Limits;

/// <summary>The host goes down: clients are told when to come back, each another time, and are closed then.</summary>
public class DrainTests
{
    [Fact]
    public async Task Stop_OfTheHost_SendsClientsAwayOneAfterTheOther()
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Limits = new() { DrainRate = 1 } }, drain: TimeSpan.FromSeconds(4));
        var graph = app.Graph;
        var clients = new List<Client>();
        for (int i = 0; i < 8; i++)
            clients.Add(await Client.OpenAsync(app, i % 2 == 0 ? "websocket" : "sse"));
        var poller = new Poller(app);
        await poller.BeginAsync();

        var stopping = app.App.StopAsync();
        var due = new List<(double After, Client Client)>();
        foreach (var client in clients)
            due.Add(((await client.ReadAsync("drain")).Payload().GetProperty("after").GetDouble(), client));
        due.Select(d => d.After).ShouldBeUnique();
        due.Max(d => d.After).ShouldBeInRange(2000, 4000);
        double now = 0;
        foreach (var (after, client) in due.OrderBy(d => d.After))
        {
            stopping.IsCompleted.ShouldBeFalse();
            app.Time.Advance(TimeSpan.FromMilliseconds(Math.Max(0, after - now + 50)));
            now = Math.Max(now, after + 50);
            (await client.ReadCloseAsync()).ShouldBe(1012);
            await client.DisposeAsync();
        }

        app.Time.Advance(TimeSpan.FromSeconds(1));
        await stopping.Soon();
        graph.SessionCount.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_WithOneSession_SendsItAwayAtOnce()
    {
        await using var app = await RoomsApp.StartAsync(drain: TimeSpan.FromSeconds(4));
        await using var client = await Client.OpenAsync(app, "sse");
        var stopping = app.App.StopAsync();
        (await client.ReadAsync("drain")).Payload().GetProperty("after").GetInt32().ShouldBe(0);
        (await client.ReadCloseAsync()).ShouldBe(1012);
        await stopping;
    }

    [Fact]
    public async Task Stop_WithMoreThanTheHostHasPatienceFor_IsDoneInTime()
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Limits = new() { DrainRate = 0.01 } }, drain: TimeSpan.FromMinutes(10));
        await using var first = await Client.OpenAsync(app, "sse");
        await using var second = await Client.OpenAsync(app, "sse");
        var stopping = app.App.StopAsync();
        int[] after = [await AfterAsync(first), await AfterAsync(second)];
        // Three quarters of the host's time, of which the second one gets half.
        after.Order().ShouldBe([0, (int)(Patience.Span.TotalMilliseconds * 0.75 / 2)]);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await stopping;

        static async Task<int> AfterAsync(Client client) => (await client.ReadAsync("drain")).Payload().GetProperty("after").GetInt32();
    }

    [Fact]
    public async Task Stop_WhileAPollWaits_AnswersIt()
    {
        await using var app = await RoomsApp.StartAsync(drain: TimeSpan.FromSeconds(4));
        var poller = new Poller(app);
        await poller.BeginAsync();
        var parked = poller.PollAsync();
        var wire = (HttpWire)app.Graph.Sessions.Single().Wire;
        await Patience.UntilAsync(() => wire.IsRead, "the poll");
        var stopping = app.App.StopAsync();
        // Whether the second message made it into the same answer is a matter of time; there is no next one to ask.
        (await parked)[0].Type().ShouldBe("drain");
        await stopping;
    }
}
