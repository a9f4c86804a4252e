using System.Diagnostics;

namespace Hutong.Interop;

/// <summary>The programs that tests talk to.</summary>
internal static class Peer
{
    private const string Python = "/usr/bin/python3";
    private const string GoPath = "/usr/share/gocode";

    private static readonly string[] BunPackages = ["bun-linux-x64", "bun-linux-aarch64"];

    private static readonly Dictionary<string, Lazy<string?>> Programs = new(StringComparer.Ordinal)
    {
        ["node"] = new(() => Find("node")),
        ["ws"] = new(() => Directory.Exists(Path.Combine(Folder!, "node_modules", "ws")) ? Find("node") : null),
        ["engine.io-client"] = new(() => Directory.Exists(Path.Combine(Folder!, "node_modules", "engine.io-client")) ? Find("node") : null),
        ["socket.io-client"] = new(() => Directory.Exists(Path.Combine(Folder!, "node_modules", "socket.io-client")) ? Find("node") : null),
        ["hutong-client"] = new(() => Directory.Exists(Path.Combine(TypeScriptFolder!, "node_modules", "vitest")) ? Find("node") : null),
        // The package's own file is put in place by a script of its, and none is run at installation.
        ["bun"] = new(() => Find("bun", [.. BunPackages.Select(package => Path.Combine(Folder!, "node_modules", "@oven", package, "bin"))])),
        ["websockets"] = new(() => HasModule("websockets") ? Python : null),
        ["wsproto"] = new(() => HasModule("wsproto") ? Python : null),
        ["gorilla"] = new(() => Directory.Exists(Path.Combine(GoPath, "src/github.com/gorilla/websocket")) ? Find("go") : null),
        ["nginx"] = new(() => Find("nginx")),
        ["haproxy"] = new(() => Find("haproxy")),
        ["curl"] = new(() => Find("curl")),
        ["chromium"] = new(() => Find(Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen ? chosen : "chromium")),
    };

    private static readonly Lazy<Task<string>> Gorilla = new(BuildGorillaAsync);

    /// <summary>Where the peers' scripts are: beside the source, because npm installs there.</summary>
    public static string Folder { get; } = Path.Combine(FindRoot(), "tests", "Hutong.Interop.Tests", "peers");

    /// <summary>The TypeScript client, whose tests are its peers here.</summary>
    public static string TypeScriptFolder { get; } = Path.Combine(FindRoot(), "clients", "typescript");

    /// <summary>A folder for this run's certificates, configurations and builds; gone at the end of it.</summary>
    public static string Scratch { get; } = Directory.CreateTempSubdirectory("hutong-interop-").FullName;

    /// <summary>The program that runs a peer. The test is skipped if it is not installed, and fails where <c>CI</c> is set.</summary>
    public static string Require(string name)
    {
        if (Programs[name].Value is { } program)
            return program;
        string reason = $"{name} is not installed";
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            Assert.Fail($"{reason}, and CI is set.");
        Assert.Skip(reason);
        return "";
    }

    /// <summary>The command line that starts a peer's script.</summary>
    /// <param name="name">The peer.</param>
    /// <param name="role"><c>client</c> or <c>server</c>.</param>
    public static async Task<string[]> CommandAsync(string name, string role) => name switch
    {
        "ws" => [Require(name), Path.Combine(Folder, $"ws-{role}.mjs")],
        // No byte code beside the sources; and what is printed is UTF-8 whatever the locale.
        "websockets" or "wsproto" => [Require(name), "-B", "-X", "utf8", Path.Combine(Folder, $"{name}_{role}.py")],
        "gorilla" when Require(name).Length > 0 => [await Gorilla.Value],
        _ => throw new ArgumentException($"There is no peer '{name}'.", nameof(name)),
    };

    private static async Task<string> BuildGorillaAsync()
    {
        string output = Path.Combine(Scratch, "gorilla_client");
        await using var go = ChildProcess.Start(
            [Require("gorilla"), "build", "-o", output, Path.Combine(Folder, "gorilla_client.go")],
            new(StringComparer.Ordinal) { ["GO111MODULE"] = "off", ["GOPATH"] = GoPath, ["GOFLAGS"] = "" });
        int exitCode = await go.WaitForExitAsync(TimeSpan.FromMinutes(3));
        exitCode.ShouldBe(0, go.Output);
        return output;
    }

    private static string? Find(string program, params string[] before)
    {
        // Debian keeps servers out of the PATH of ordinary users.
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string[] folders = [.. before, .. path, "/usr/sbin", "/usr/local/sbin"];
        return folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    private static bool HasModule(string module)
    {
        if (!File.Exists(Python))
            return false;
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", $"import {module}"]) { UseShellExecute = false, RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        return python.ExitCode == 0;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hutong.slnx")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("No folder above this test holds Hutong.slnx.");
    }
}
