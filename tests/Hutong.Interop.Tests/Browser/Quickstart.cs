using System.Text.RegularExpressions;

namespace Hutong.Interop.Browser;

/// <summary>The sample chat as a program of its own.</summary>
internal sealed partial class Quickstart : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ChildProcess _process;

    private Quickstart(ChildProcess process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<Quickstart> StartAsync()
    {
        var (process, url) = await StartAsync($"http://127.0.0.1:{Ports.Reserve()}");
        return new Quickstart(process, url);
    }

    /// <summary>Ends the server with no chance to say goodbye.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts it again where it was.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        (_process, _) = await StartAsync(Url.GetLeftPart(UriPartial.Authority));
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<(ChildProcess Process, Uri Url)> StartAsync(string urls)
    {
        // Built beside this program, in the same configuration.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(own.Parent!.Parent!.FullName, "Quickstart", own.Name, "Quickstart");
        var process = ChildProcess.Start([program, "--urls", urls]);
        while (await process.ReadLineAsync(Patience) is { } line)
        {
            if (Address().Match(line) is { Success: true } address)
                return (process, new Uri(address.Value));
        }

        throw new InvalidOperationException($"The sample did not start:\n{process.Output}");
    }

    [GeneratedRegex(@"http://[\d.]+:\d+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Address();
}
