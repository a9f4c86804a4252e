using Hutong.Connections;
using Hutong.Server.Tests.Support;
using Hutong.Testing;

namespace Hutong.Server.Tests;

public class HeartbeatTests
{
    const long Now = 946684800000;

    [Theory]
    [InlineData("ping", "pong")]
    [InlineData("{\"type\":\"ping\"}", "{\"type\":\"pong\",\"timestamp\":946684800000}")]
    [InlineData("{\"type\":\"ping\",\"id\":\"a1\"}", "{\"type\":\"pong\",\"id\":\"a1\",\"timestamp\":946684800000}")]
    [InlineData("{\"id\":7,\"type\":\"ping\"}", "{\"type\":\"pong\",\"id\":7,\"timestamp\":946684800000}")]
    [InlineData("{\"req_type\":1,\"req_no\":\"5\"}", "{\"resp_type\":1,\"req_no\":\"5\",\"timestamp\":946684800000}")]
    [InlineData("{\"req_type\":8}", "{\"resp_type\":8,\"timestamp\":946684800000}")]
    [InlineData("{\"type\":\"pingpong\"}", null)]
    [InlineData("{\"type\":\"ping\"", null)]
    [InlineData("{\"req_type\":2}", null)]
    [InlineData("Ping", null)]
    [InlineData("{\"type\":\"ping\",\"id\":\"\\ud800\"}", null)]
    [InlineData("{\"\\ud800\":\"\\ud800\",\"type\":\"ping\"}", null)]
    public async Task AnswerHeartbeats_OnTheWire_AnswersThemAndHandsOnTheRest(string message, string? answer)
    {
        var clock = new ManualTimeProvider();
        clock.GetUtcNow().ToUnixTimeMilliseconds().ShouldBe(Now);
        await using var app = await TestApp.StartAsync(a => EchoServers.Map(
            a, new ConnectionOptions { AnswerHeartbeats = true, TimeProvider = clock }));
        foreach (string path in (string[])["/echo", "/echo-async"])
        {
            await using var peer = await app.OpenAsync(path);
            await peer.SendTextAsync(message);
            await peer.ExpectTextAsync(answer ?? message);
            // Bytes are no heartbeat.
            await peer.SendFrameAsync(2, "ping"u8.ToArray());
            await peer.ExpectFrameAsync(2, "ping"u8.ToArray());
            await peer.CloseAsync();
        }
    }

    [Fact]
    public async Task AnswerHeartbeats_ByDefault_AreMessagesLikeOthers()
    {
        await using var app = await TestApp.StartAsync(a => EchoServers.Map(a));
        await using var peer = await app.OpenAsync("/echo");
        await peer.EchoAsync("ping");
        await peer.CloseAsync();
    }

    [Fact]
    public async Task KeepAlive_SilentClient_IsPingedAndThenCut()
    {
        var clock = new ManualTimeProvider();
        await using var app = await TestApp.StartAsync(a => EchoServers.Map(a, new ConnectionOptions { TimeProvider = clock }));
        await using var peer = await app.OpenAsync("/echo");
        await peer.EchoAsync("in");
        clock.Advance(TimeSpan.FromSeconds(26));
        await peer.ExpectFrameAsync(9, default);
        clock.Advance(TimeSpan.FromSeconds(21));
        await peer.ExpectGoneAsync();
        await app.Logs.Lines.WaitForAsync(l => l.Message.Contains("keep_alive_timeout"), "the closing line");
    }
}
