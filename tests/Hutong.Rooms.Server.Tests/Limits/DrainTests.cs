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
        await using var app = await RoomsApp.StartAsync(drain: TimeSpan.FromSeconds(4));
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
        due.Max(d => d.After).ShouldBeLessThanOrEqualTo(4000);
        double now = 0;
        foreach (var (after, client) in due.OrderBy(d => d.After))
        {
            stopping.IsCompleted.ShouldBeFalse();
            app.Time.Advance(TimeSpan.FromMilliseconds(after - now + 50));
            now = after + 50;
            (await client.ReadCloseAsync()).ShouldBe(1012);
            await client.DisposeAsync();
        }

        app.Time.Advance(TimeSpan.FromSeconds(1));
        await stopping.Soon();
        graph.SessionCount.ShouldBe(0);
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
        (await parked).Single().Type().ShouldBe("drain");
        await Patience.UntilAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromSeconds(1));
                return stopping.IsCompleted;
            },
            "the end of the host");
        await stopping;
    }
}
