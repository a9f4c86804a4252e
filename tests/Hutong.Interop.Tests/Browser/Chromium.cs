using Hutong.Interop.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace Hutong.Interop.Browser;

/// <summary>The installed Chromium, without a window. Started once, when a test first asks for it; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const float Patience = 30_000;

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
        // The one certificate that is trusted besides those of the world.
        $"--ignore-certificate-errors-spki-list={Certificate.Own.PublicKeyHash}",
    ];

    private readonly Lazy<Task<IBrowser>> _browser;
    private IPlaywright? _playwright;

    public Chromium() => _browser = new(LaunchAsync);

    public ValueTask InitializeAsync() => default;

    /// <summary>A page of a person of its own: no cookies, no storage, nothing shared with other pages.</summary>
    public async Task<Window> OpenAsync(string locale = "en-GB")
    {
        Peer.Require("chromium");
        var context = await (await _browser.Value).NewContextAsync(new() { Locale = locale, ViewportSize = new() { Width = 1200, Height = 800 } });
        context.SetDefaultTimeout(Patience);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser.IsValueCreated && _browser.Value.IsCompletedSuccessfully)
            await (await _browser.Value).CloseAsync();
        _playwright?.Dispose();
    }

    private async Task<IBrowser> LaunchAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        return await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Peer.Require("chromium"),
            Args = Arguments,
            Headless = true,
            Timeout = 2 * Patience,
        });
    }
}
