using System.Text.Json;

namespace Hutong.Interop.Matrix;

/// <summary>The matrix scripts of the peers that are programs of their own.</summary>
internal static class PeerProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Lazy<Task<string>> Gorilla = new(BuildGorillaAsync);

    /// <summary>What a client says about one conversation.</summary>
    public sealed record Line(string Mode, string Frames, string? Extensions, string? Error, string? Version, Dictionary<string, int>? Ports);

    /// <summary>Runs a client through the given modes.</summary>
    public static async Task<(string Version, Line[] Lines)> RunClientAsync(string peer, Uri url, string id, string[] modes)
    {
        string? ca = url.Scheme == "wss" ? Certificate.Own.PemFile : null;
        await using var process = await StartAsync(peer, "client", new { url = url.GetLeftPart(UriPartial.Authority), ca, id, modes });
        List<Line> lines = [];
        while (await process.ReadLineAsync(Patience) is { } line)
            lines.Add(JsonSerializer.Deserialize<Line>(line, JsonSerializerOptions.Web)!);
        (await process.WaitForExitAsync(Patience)).ShouldBe(0, process.Output);
        return (lines[0].Version!, [.. lines.Skip(1)]);
    }

    /// <summary>Starts servers, one for each mode. They end with the process.</summary>
    public static async Task<(ChildProcess Process, string Version, Dictionary<string, int> Ports)> StartServersAsync(string peer, bool secure, string[] modes)
    {
        string? cert = secure ? Certificate.Own.PemFile : null;
        string? key = secure ? Certificate.Own.KeyFile : null;
        var process = await StartAsync(peer, "server", new { cert, key, modes });
        try
        {
            string line = (await process.ReadLineAsync(Patience)).ShouldNotBeNull(process.Output);
            var started = JsonSerializer.Deserialize<Line>(line, JsonSerializerOptions.Web)!;
            return (process, started.Version!, started.Ports!);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static async Task<ChildProcess> StartAsync(string peer, string role, object config)
    {
        string program = Peer.Require(peer);
        string[] command = peer switch
        {
            "gorilla" => [await Gorilla.Value],
            "ws" or "bun" => [program, Path.Combine(Peer.Folder, $"{peer}_matrix.mjs")],
            _ => [program, "-B", "-X", "utf8", Path.Combine(Peer.Folder, $"{peer}_matrix.py")],
        };
        return ChildProcess.Start([.. command, role, JsonSerializer.Serialize(config)]);
    }

    private static async Task<string> BuildGorillaAsync()
    {
        string output = Path.Combine(Peer.Scratch, "gorilla_matrix");
        await using var go = ChildProcess.Start(
            [Peer.Require("gorilla"), "build", "-o", output, Path.Combine(Peer.Folder, "gorilla_matrix.go")],
            new(StringComparer.Ordinal) { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOFLAGS"] = "" });
        (await go.WaitForExitAsync(TimeSpan.FromMinutes(3))).ShouldBe(0, go.Output);
        return output;
    }
}
