using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What a person sees of the ticker.</summary>
public partial class TickerTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Fact]
    public async Task Symbol_SubscribedAndUnsubscribed_ComesAndGoes()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "ticker");
        await Expect(window["quote-AAPL"]).ToContainTextAsync("Apple");
        await window["symbol"].FillAsync("JD");
        await window["symbol"].PressAsync("Enter");
        await Expect(window["quote-JD"]).ToContainTextAsync(Price());
        await window.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Unsubscribe JD" }).ClickAsync();
        await Expect(window["quote-JD"]).ToHaveCountAsync(0);
        // It is remembered.
        await window.Page.ReloadAsync();
        await Expect(window["quote-AAPL"]).ToBeVisibleAsync();
        await Expect(window["quote-JD"]).ToHaveCountAsync(0);
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task SlowReader_BesideFastOnes_IsSparedOldPrices()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "ticker");
        await Expect(window["quote-AAPL"]).ToBeVisibleAsync();
        foreach (string reader in (string[])["sse", "slow"])
            await window[$"reader-{reader}"].GetByRole(Microsoft.Playwright.AriaRole.Button).ClickAsync();
        await Expect(window["reader-sse"].Locator("td").First).ToHaveTextAsync(Some());
        await Expect(window["reader-slow"].Locator("td").Nth(2)).ToHaveTextAsync(SomePercent());
        const string Share = "name => parseFloat(document.querySelector(`[data-testid=reader-${name}]`).children[3].textContent)";
        (await window.Page.EvaluateAsync<double>(Share, "ws")).ShouldBeLessThan(await window.Page.EvaluateAsync<double>(Share, "slow"));
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_Restarted_PricesGoOn()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "ticker");
        await Expect(window["reader-ws"].Locator("td").First).ToHaveTextAsync(Some());
        await server.KillAsync();
        await Expect(window.Page.GetByText("Prices stand still")).ToBeVisibleAsync();
        await Expect(window["banner-text"]).ToContainTextAsync("The connection is lost");
        await server.RestartAsync();
        await ReconnectAsync(window);
        await Expect(window.Page.GetByText("Prices stand still")).ToBeHiddenAsync();
        string before = await window["reader-ws"].Locator("td").First.InnerTextAsync();
        await Expect(window["reader-ws"].Locator("td").First).Not.ToHaveTextAsync(before);
        ErrorsBesidesCuts(window).ShouldBeEmpty();
    }

    [GeneratedRegex(@"\d+\.\d\d", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Price();

    [GeneratedRegex(@"^[1-9][\d,]*$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Some();

    [GeneratedRegex(@"^(?!0\.0 )\d+\.\d %$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SomePercent();
}
