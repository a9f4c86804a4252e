using System.Text.Json;

namespace Hutong.Interop.Rooms;

/// <summary>A proxy that buffers what servers say, as nginx does by default: each transport says how it wants to be treated, or does not care.</summary>
public class ThroughNginxTests
{
    [Theory]
    [InlineData("sse")]
    [InlineData("stream")]
    [InlineData("poll")]
    [InlineData("websocket")]
    public async Task Reader_BehindABufferingProxy_GetsEachPublicationWhenItIsMade(string transport)
    {
        await using var server = await RoomServer.StartAsync();
        await using var proxy = await Proxy.StartNginxAsync(server.Port);
        await using RoomReader reader = transport switch
        {
            "sse" => new SseReader(proxy.PlainPort),
            "stream" => new LineReader(proxy.PlainPort),
            "poll" => new PollReader(proxy.PlainPort),
            _ => new WebSocketReader(proxy.PlainPort),
        };
        reader.Start();
        await UntilAsync(async () => await server.MembersAsync() == 1, "one member");
        // The next one is made when the last one has come: nothing is held back for want of more.
        for (int i = 1; i <= 20; i++)
        {
            await server.PublishAsync(i, i);
            await UntilAsync(() => Task.FromResult(reader.Numbers.Count >= i), $"publication {i}");
        }

        reader.Numbers.ShouldBe(Enumerable.Range(1, 20));
        if (transport != "poll")
            reader.Connects.ShouldBe(1);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            if (late.IsCancellationRequested)
                throw new TimeoutException($"Not in time: {what}.");
            await Task.Delay(5);
        }
    }

    /// <summary>HTTP streaming: a line for each message.</summary>
    private sealed class LineReader(int port) : RoomReader(port)
    {
        private readonly HttpClient _client = new() { Timeout = Timeout.InfiniteTimeSpan };

        protected override async Task ReadAsync()
        {
            using var response = await _client.GetAsync($"{Url}/stream?room=shared", HttpCompletionOption.ResponseHeadersRead, Stopping);
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(Stopping));
            while (await lines.ReadLineAsync(Stopping) is { } line)
            {
                if (line.Length > 0)
                    Take(JsonDocument.Parse(line).RootElement);
            }
        }
    }
}
