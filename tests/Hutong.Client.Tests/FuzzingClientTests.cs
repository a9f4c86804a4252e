using System.Collections.Concurrent;
using System.Text;
using Hutong.Connections;
using Hutong.Protocol;
using Hutong.Samples;
using Hutong.Server;

namespace Hutong.Client;

/// <summary>The Autobahn sample against a small stand-in for its fuzzing server.</summary>
public class FuzzingClientTests
{
    [Theory]
    [InlineData("http")]
    [InlineData("socket")]
    public async Task Run_OfAllCases_EchoesEachAndAsksForTheReport(string transport)
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await FuzzingServerAsync(seen);
        var output = new StringWriter();
        var options = FuzzingOptions.TryParse([server.Url.ToString(), "--agent", "A b", "--transport", transport])!;

        int exit = await new FuzzingClient(options, output).RunAsync().Soon();

        exit.ShouldBe(0, output.ToString());
        string.Join(" | ", seen).ShouldBe("1 text | 2 binary 2000000 | 3 last | report A b");
        output.ToString().ShouldContain("case 3/3");
    }

    [Fact]
    public async Task Run_OfSomeCases_RunsThoseOnly()
    {
        var seen = new ConcurrentQueue<string>();
        await using var server = await FuzzingServerAsync(seen);
        var options = FuzzingOptions.TryParse([server.Url.ToString(), "--cases", "1,3-9"])!;

        (await new FuzzingClient(options, TextWriter.Null).RunAsync().Soon()).ShouldBe(0);

        string.Join(" | ", seen).ShouldBe("1 text | 3 last | report Hutong");
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://x")]
    [InlineData("ws://x --cases")]
    [InlineData("ws://x --cases 0")]
    [InlineData("ws://x --cases 3-1")]
    [InlineData("ws://x --seconds no")]
    [InlineData("ws://x --what 1")]
    public void TryParse_ABadLine_GivesNothing(string line) =>
        FuzzingOptions.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBeNull();

    private static Task<WebSocketServer> FuzzingServerAsync(ConcurrentQueue<string> seen) => WebSocketServer.StartAsync(
        "ws://127.0.0.1:0",
        async (ws, request) =>
        {
            switch (request.Path)
            {
                case "/getCaseCount":
                    await ws.SendAsync("3");
                    break;
                case "/updateReports":
                    seen.Enqueue($"report {request.Query["agent"]}");
                    break;
                case "/runCase" when request.Query["case"] == "1":
                    await ws.SendAsync("text");
                    seen.Enqueue("1 " + await ReadAsync(ws));
                    break;
                case "/runCase" when request.Query["case"] == "2":
                    await ws.SendAsync(new byte[2_000_000]);
                    seen.Enqueue("2 " + await ReadAsync(ws));
                    break;
                default:
                    await ws.SendAsync(new byte[] { 0x28 }.AsMemory());
                    await ReadAsync(ws);
                    seen.Enqueue("3 last");
                    break;
            }

            await ws.CloseAsync();
        },
        new WebSocketServerOptions
        {
            Endpoint = new WebSocketEndpointOptions
            {
                Extensions = [new PerMessageDeflate()],
                Connection = new ConnectionOptions { MaxMessageSize = 64 * 1024 * 1024 },
            },
        });

    private static async Task<string> ReadAsync(WebSocketConnection ws)
    {
        await foreach (var m in ws.ReadAllAsync(Await.Token))
            return m.IsText ? Encoding.UTF8.GetString(m.Data.Span) : $"binary {m.Data.Length}";
        return "nothing";
    }
}
