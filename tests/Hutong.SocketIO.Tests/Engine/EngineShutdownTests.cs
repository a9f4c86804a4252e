using Hutong.Server.Tests.Support;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineShutdownTests
{
    [Fact]
    public async Task Stop_EndsAllSessions_SoThatClientsComeBack()
    {
        await using var app = await EngineApp.StartAsync();
        string polling = await app.OpenAsync();
        var poll = await app.ParkAsync(polling);
        await app.OpenAsync();
        await using var peer = await app.OpenWebSocketAsync();
        await app.Sockets.WaitAsync(s => s.Count == 3, "the sessions");
        string moving = await app.OpenAsync();
        await using var probed = await app.ProbeAsync(moving);

        var stopping = app.App.StopAsync();

        (await poll.Soon()).ShouldBe("1");
        await peer.ExpectCloseAsync(1001);
        await peer.AnswerCloseAsync(1001);
        await probed.ExpectCloseAsync(1001);
        await probed.AnswerCloseAsync(1001);
        await stopping.Soon();
        app.Events.Items.Count(e => e == "close server shutting down").ShouldBe(4);
    }

    [Fact]
    public async Task Stop_WhileASessionBegins_EndsItToo()
    {
        var gate = new SemaphoreSlim(0);
        using var entered = new SemaphoreSlim(0);
        await using var app = await EngineApp.StartAsync(onConnection: _ =>
        {
            entered.Release();
            gate.Wait();
        });
        var opening = app.AskAsync(HttpMethod.Get, EngineApp.Polling());
        await entered.WaitAsync(Patience.Token());

        var stopping = app.App.StopAsync();
        await Patience.UntilAsync(() => app.App.Host.Lifetime.ApplicationStopping.IsCancellationRequested, "the stop");
        gate.Release();

        (await opening.Soon()).Dispose();
        await stopping.Soon();
        await app.ClosesAsync("server shutting down");
    }
}
