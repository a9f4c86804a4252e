using System.Text.Json;
using Hutong.Interop.Browser;
using Hutong.Transport;

namespace Hutong.Interop.SocketIO;

/// <summary>The official client of Socket.IO, under Node and in Chromium with the script that the server serves.</summary>
public class SocketIOClientTests(Chromium chromium)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly string[] Checks =
    [
        "connect", "events", "types", "binary", "order", "acks of the client", "namespaces", "middlewares", "rooms", "broadcast acks", "volatile",
        "disconnect reasons", "reconnect", "recovery",
    ];

    [Theory]
    [InlineData("polling", TransportMode.Loops)]
    [InlineData("websocket", TransportMode.Loops)]
    [InlineData("upgrade", TransportMode.Loops)]
    [InlineData("upgrade", TransportMode.Kestrel)]
    public async Task Checks_UnderNode_AllPass(string mode, TransportMode transport)
    {
        string node = Peer.Require("socket.io-client");
        await using var app = await SocketIOPeer.StartAsync(transport);
        await using var recovering = await SocketIOPeer.StartAsync(transport, recovers: true);
        string config = JsonSerializer.Serialize(new { url = app.Urls.Single(), recoveryUrl = recovering.Urls.Single(), mode });
        await using var process = ChildProcess.Start([node, Path.Combine(Peer.Folder, "socketio-client.mjs"), config]);
        List<CheckResult> results = [];
        while (await process.ReadLineAsync(Patience) is { } line)
            results.Add(JsonSerializer.Deserialize<CheckResult>(line, JsonSerializerOptions.Web)!);
        int exitCode = await process.WaitForExitAsync(Patience);
        CheckResult.ShouldAllPass(results, Checks, process.Output);
        exitCode.ShouldBe(0, process.Output);
    }

    [Theory]
    [InlineData("polling")]
    [InlineData("websocket")]
    [InlineData("upgrade")]
    public async Task Checks_InChromium_AllPass(string mode)
    {
        await using var app = await SocketIOPeer.StartAsync(TransportMode.Loops);
        await using var recovering = await SocketIOPeer.StartAsync(TransportMode.Loops, recovers: true);
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(app.Urls.Single() + "/page");
        string results = await window.Page.EvaluateAsync<string>(
            "async ([mode, recoveryUrl]) => { const { run } = await import('/checks.mjs'); const results = []; await run(io, { url: location.origin, recoveryUrl, mode }, r => results.push(r)); return JSON.stringify(results); }",
            new[] { mode, recovering.Urls.Single() });
        CheckResult.ShouldAllPass(JsonSerializer.Deserialize<List<CheckResult>>(results, JsonSerializerOptions.Web)!, Checks, string.Join('\n', window.Errors));
    }
}
