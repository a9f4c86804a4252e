using System.Text.RegularExpressions;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What a person sees of the dashboard.</summary>
public partial class DashboardTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Fact]
    public async Task Metrics_SecondWindow_IsCounted()
    {
        await using var server = await Server.StartAsync();
        await using var one = await OpenAsync(server, "dashboard");
        await Expect(one["value-cpu"]).ToHaveTextAsync(Percent());
        await Expect(one["value-connections"]).ToHaveTextAsync("1");
        await using var two = await OpenAsync(server, "dashboard");
        await Expect(one["value-connections"]).ToHaveTextAsync("2");
        await two.Page.CloseAsync();
        await Expect(one["value-connections"]).ToHaveTextAsync("1");
        await Expect(one.Page.Locator(".chart canvas")).ToHaveCountAsync(4);
        one.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Load_Pressed_IsRefusedASecondTimeAndStops()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "dashboard");
        await Expect(window["value-cpu"]).ToHaveTextAsync(Percent());
        await window["load"].ClickAsync();
        await window["load"].ClickAsync();
        await Expect(window.Page.Locator("main .problem")).ToHaveTextAsync("It is at it already.");
        await window["unload"].ClickAsync();
        await Expect(window.Page.Locator("main .problem")).ToHaveTextAsync("");
    }

    [Fact]
    public async Task Server_Restarted_NumbersGoOn()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "dashboard");
        await Expect(window["value-cpu"]).ToHaveTextAsync(Percent());
        await server.KillAsync();
        await Expect(window["banner"]).ToBeVisibleAsync();
        await server.RestartAsync();
        await ReconnectAsync(window);
        await Expect(window["frames"]).ToContainTextAsync("metrics");
        await Expect(window["banner"]).ToBeHiddenAsync();
        ErrorsBesidesCuts(window).ShouldBeEmpty();
    }

    [GeneratedRegex(@"^\d+\.\d %$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Percent();
}
