using Hutong.Interop.Browser;
using Hutong.Showcase;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]
// Each test has a server and windows of its own; together they would only wait for one another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Hutong.Showcase;

/// <summary>The installed Chromium, without a window. Started once, when a test first asks for it; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const float Patience = 30_000;

    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public Chromium() => _browser = new(LaunchAsync);

    private static string? Program { get; } = Find(Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } chosen ? chosen : "chromium");

    /// <summary>Skips the test where there is no Chromium; where <c>CI</c> is set it fails.</summary>
    public static void Require()
    {
        if (Program is not null)
            return;
        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 })
            Assert.Fail("chromium is not installed, and CI is set.");
        Assert.Skip("chromium is not installed");
    }

    public ValueTask InitializeAsync() => default;

    /// <summary>A window of a person of its own.</summary>
    public async Task<Window> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Require();
        options ??= new() { Locale = "en-GB", ViewportSize = new() { Width = 1440, Height = 900 } };
        var context = await (await _browser.Value).NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully)
            await (await _browser.Value).CloseAsync();
        _playwright?.Dispose();
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private async Task<IBrowser> LaunchAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Server.BesideOf("Hutong.Interop.Tests"));
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
            Headless = true,
            Timeout = 2 * Patience,
        });
    }
}
