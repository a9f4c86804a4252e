using System.Text.Json;
using Hutong.Protocol;

namespace Hutong.Interop;

/// <summary>Clients that we did not write talk to our server, over every way that leads to it.</summary>
public class ClientPeerTests(Routes routes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] Checks =
    [
        .. Data.Sizes.SelectMany(size => (string[])[$"text {size}", $"binary {size}"]), "fragments", "ping", "server ping", "server fragments",
        "subprotocol", "deflate", "close by client", "close by server", "origin",
    ];

    /// <summary>Those that can send a close frame without a code.</summary>
    private static readonly string[] CloseWithoutCode = ["ws", "gorilla"];

    public static TheoryData<string, string> PeersAndRoutes() => new MatrixTheoryData<string, string>(["ws", "websockets", "wsproto", "gorilla"], Routes.Names);

    [Theory]
    [MemberData(nameof(PeersAndRoutes))]
    public async Task Checks_PeerOverRoute_AllPass(string peer, string route)
    {
        string[] command = await Peer.CommandAsync(peer, "client");
        var url = await routes.OpenAsync(route);
        string id = Guid.NewGuid().ToString("n");
        string[] withoutCode = CloseWithoutCode.Contains(peer) ? ["close without code"] : [];

        string config = JsonSerializer.Serialize(new { url = url.GetLeftPart(UriPartial.Authority), ca = url.Scheme == "wss" ? Certificate.Own.PemFile : null, id });
        await using var process = ChildProcess.Start([.. command, config]);
        List<CheckResult> results = [];
        while (await process.ReadLineAsync(Patience) is { } line)
            results.Add(JsonSerializer.Deserialize<CheckResult>(line, JsonSerializerOptions.Web)!);
        int exitCode = await process.WaitForExitAsync(Patience);

        CheckResult.ShouldAllPass(results, [.. Checks, .. withoutCode], process.Output);
        exitCode.ShouldBe(0, process.Output);
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-client", (CloseCode)4321, Data.ReasonOfClient);
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-server", (CloseCode)3456);
        if (withoutCode.Length > 0)
            await PeerServer.ShouldHaveClosedAsync($"{id}-close-without-code", CloseCode.NoStatus, "");
    }
}
