using System.Collections.Concurrent;
using System.Text.Json;
using Hutong.Protocol;
using Hutong.SocketIO;
using Hutong.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Hutong.Interop.SocketIO;

/// <summary>The official client of Engine.IO under Node, over each transport, with and without event loops under the server.</summary>
public class EngineClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string[] Checks = ["handshake", "echo", "base64", "order", "heartbeat", "close by server", "too large"];

    [Theory]
    [InlineData("polling", TransportMode.Loops)]
    [InlineData("websocket", TransportMode.Loops)]
    [InlineData("upgrade", TransportMode.Loops)]
    [InlineData("polling", TransportMode.Kestrel)]
    [InlineData("websocket", TransportMode.Kestrel)]
    [InlineData("upgrade", TransportMode.Kestrel)]
    public async Task Checks_OfTheOfficialClient_AllPass(string mode, TransportMode transport)
    {
        string node = Peer.Require("engine.io-client");
        var reasons = new ConcurrentQueue<EngineCloseReason>();
        await using var app = await StartAsync(transport, reasons);

        string config = JsonSerializer.Serialize(new { url = app.Urls.Single(), mode });
        await using var process = ChildProcess.Start([node, Path.Combine(Peer.Folder, "engine-client.mjs"), config]);
        List<CheckResult> results = [];
        while (await process.ReadLineAsync(Patience) is { } line)
            results.Add(JsonSerializer.Deserialize<CheckResult>(line, JsonSerializerOptions.Web)!);
        int exitCode = await process.WaitForExitAsync(Patience);

        CheckResult.ShouldAllPass(results, mode == "polling" ? Checks : [.. Checks, "deflate"], process.Output);
        exitCode.ShouldBe(0, process.Output);
        await app.StopAsync();
        // One that the server closed, and one that sent a frame that is too large (a client that polls says goodbye all the same); all others were closed by
        // the client.
        int failed = mode == "polling" ? 0 : 1;
        reasons.Count(r => r == EngineCloseReason.ForcedClose).ShouldBe(1);
        reasons.Count(r => r == EngineCloseReason.TransportError).ShouldBe(failed);
        reasons.Count(r => r == EngineCloseReason.TransportClose).ShouldBe(results.Count - 1 - failed);
    }

    private static async Task<WebApplication> StartAsync(TransportMode transport, ConcurrentQueue<EngineCloseReason> reasons)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseHutongTransport(options => options.Mode = transport).UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapEngineIO("/engine.io/", engine => engine.OnConnection(socket =>
        {
            socket.OnMessage = ServeAsync;
            socket.OnClose = (_, reason) => reasons.Enqueue(reason);
        }), new EngineOptions
        {
            PingInterval = TimeSpan.FromMilliseconds(300),
            PingTimeout = TimeSpan.FromSeconds(10),
            PerMessageDeflate = new PerMessageDeflateOptions { Threshold = 0 },
            HttpCompression = new EngineHttpCompressionOptions(),
        });
        await app.StartAsync();
        return app;
    }

    /// <summary>Sends back what it is not told to do.</summary>
    private static async ValueTask ServeAsync(EngineSocket socket, Connections.Message message)
    {
        string text = message.IsText && message.Data.Length < 100 ? message.Text : "";
        if (text.StartsWith("burst ", StringComparison.Ordinal))
        {
            int count = int.Parse(text["burst ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            _ = Task.Run(async () =>
            {
                for (int i = 0; i < count; i++)
                    await socket.SendAsync(EngineMessage.Text($"down {i}"));
            });
        }
        else if (text == "close")
        {
            await socket.SendAsync(EngineMessage.Text("last words"));
            socket.Close();
        }
        else
        {
            await socket.SendAsync(message.IsText ? EngineMessage.Text(message.Data) : EngineMessage.Binary(message.Data));
        }
    }
}
