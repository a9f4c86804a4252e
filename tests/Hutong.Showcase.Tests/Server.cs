using System.Diagnostics;
using Hutong.Interop;

namespace Hutong.Showcase;

/// <summary>The Showcase as a program of its own.</summary>
internal sealed class Server : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private Process _process;

    private readonly (string Name, string Value)[] _settings;

    private Server(Process process, string url, (string Name, string Value)[] settings)
    {
        _process = process;
        Url = url;
        _settings = settings;
    }

    /// <summary>Where it is, without a slash at the end.</summary>
    public string Url { get; }

    /// <summary>The memory that it holds, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Where another project's output is, in the same configuration.</summary>
    public static string BesideOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    public static async Task<Server> StartAsync(params (string Name, string Value)[] settings)
    {
        Chromium.Require();
        string url = $"http://127.0.0.1:{Ports.Reserve()}";
        return new Server(await RunAsync(url, settings), url, settings);
    }

    /// <summary>Ends it with no chance to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Starts it again where it was. What it kept in memory is gone.</summary>
    public async Task RestartAsync()
    {
        _process.Dispose();
        _process = await RunAsync(Url, _settings);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private static async Task<Process> RunAsync(string url, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(BesideOf("Showcase"), "Showcase.dll"), "--urls", url])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(late.Token) is { } line)
        {
            if (!line.StartsWith("Open ", StringComparison.Ordinal))
                continue;
            // Read on, or it would wait some day for somebody who does.
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return process;
        }

        throw new InvalidOperationException("The Showcase did not start.");
    }
}
