namespace Hutong.Interop.Rooms;

/// <summary>
/// The TypeScript client in Node and in Chromium, over each transport and from one to the other, cut off and resumed: its own tests in
/// <c>clients/typescript/tests/live</c>, which talk with this server.
/// </summary>
public class TypeScriptClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Client_OfTypeScript_KeepsWhatItPromisesAboutRooms()
    {
        string node = Peer.Require("hutong-client");
        Peer.Require("chromium");
        await using var server = await RoomServer.StartAsync("chat:*", history: 100, joinNotices: true, "*");
        await RunAsync([node, Path.Combine(Peer.TypeScriptFolder, "build.mjs")], new(StringComparer.Ordinal));
        string runner = Path.Combine(Peer.TypeScriptFolder, "node_modules", "vitest", "vitest.mjs");
        await RunAsync(
            [node, runner, "run", "--root", Peer.TypeScriptFolder],
            new(StringComparer.Ordinal) { ["HUTONG_ROOMS"] = $"ws://127.0.0.1:{server.Port}/rt", ["NO_COLOR"] = "1" });
    }

    private static async Task RunAsync(string[] command, Dictionary<string, string> environment)
    {
        await using var child = ChildProcess.Start(command, environment);
        int code = await child.WaitForExitAsync(Patience);
        code.ShouldBe(0, child.Output);
    }
}
