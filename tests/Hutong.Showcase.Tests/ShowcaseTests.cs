using Hutong.Interop.Browser;

namespace Hutong.Showcase;

/// <summary>What the tests of all pages need.</summary>
public abstract class ShowcaseTests(Chromium chromium)
{
    /// <summary>The browser.</summary>
    protected Chromium Chromium { get; } = chromium;

    /// <summary>Opens a page as somebody whose name the browser remembers.</summary>
    internal Task<Window> OpenAsync(Server server, string page, string? name = null) => OpenAsync(server.Url, page, name);

    /// <summary>Opens a page by whichever way leads to the server.</summary>
    internal async Task<Window> OpenAsync(string url, string page, string? name = null)
    {
        var window = await Chromium.OpenAsync();
        if (name is not null)
            await window.Page.AddInitScriptAsync($"localStorage.setItem('hutong.name', {System.Text.Json.JsonSerializer.Serialize(name)})");
        await window.Page.GotoAsync($"{url}/{page}");
        return window;
    }

    /// <summary>Errors, but for those that a cut line brings about: the browser itself writes them.</summary>
    internal static IReadOnlyList<string> ErrorsBesidesCuts(Window window) =>
        [.. window.Errors.Where(e => !e.StartsWith("WebSocket connection to", StringComparison.Ordinal) && !e.StartsWith("Failed to load resource", StringComparison.Ordinal))];

    /// <summary>Does what a person does who does not want to wait.</summary>
    internal static async Task ReconnectAsync(Window window)
    {
        await window.Page.EvaluateAsync("() => hutong.client.state !== 'open' && hutong.client.reconnect()");
        await Microsoft.Playwright.Assertions.Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
    }
}
