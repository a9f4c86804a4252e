using System.Globalization;
using System.Text.RegularExpressions;
using Hutong.Interop.Browser;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What a person sees of the transport lab.</summary>
public partial class LabTests(Chromium chromium) : ShowcaseTests(chromium)
{
    private static readonly string[] Transports = ["polling", "long", "stream", "sse", "ws"];

    [Fact]
    public async Task AllTransports_AtOnce_CarryTheFeedAndAreMeasured()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "lab");
        await window["lab-start"].ClickAsync();
        foreach (string transport in Transports)
        {
            await Expect(window[$"lab-{transport}"].Locator("td").First).ToHaveTextAsync(Many());
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(1)).ToHaveTextAsync(Milliseconds());
        }

        // One handshake against a request for each question. The server is asked once a second how many there were.
        await Expect(window["lab-ws"].Locator("td").Nth(3)).ToHaveTextAsync("1");
        await Expect(window["lab-polling"].Locator("td").Nth(3)).ToHaveTextAsync(MoreThanOne());
        await Expect(window["lab-where"]).ToContainTextAsync("cores");

        await window["lab-cut"].ClickAsync();
        foreach (string transport in Transports)
        {
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(6)).ToHaveTextAsync("1");
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(7)).ToHaveTextAsync(WholeMilliseconds());
        }

        int before = await NumberAsync(window, "ws", 0);
        await window.Page.WaitForFunctionAsync(
            "n => Number(document.querySelector('[data-testid=lab-ws] td').textContent.replace(/\\D/g, '')) > n + 20", before);
        foreach (string transport in Transports)
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(5)).ToHaveTextAsync("0");

        var download = await window.Page.RunAndWaitForDownloadAsync(() => window["lab-csv"].ClickAsync());
        string[] lines = await File.ReadAllLinesAsync(await download.PathAsync());
        lines[0].ShouldStartWith("transport,received,p50,p99");
        lines.Length.ShouldBe(6);
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task SecondWindow_WhileOneMeasures_WaitsOrTakesOver()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "lab");
        await window["lab-start"].ClickAsync();
        await Expect(window["lab-start"]).ToHaveTextAsync("Stop");
        var second = await window.Page.Context.NewPageAsync();
        await second.GotoAsync($"{server.Url}/lab");
        await second.GetByTestId("lab-start").ClickAsync();
        // It waits, and is a page like any other meanwhile: the lab leaves connections to others.
        await Expect(second.GetByText("Another window of this browser is measuring")).ToBeVisibleAsync();
        await second.ReloadAsync();
        await Expect(second.GetByTestId("state")).ToHaveAttributeAsync("data-state", "open");
        await Expect(window["lab-polling"].Locator("td").First).ToHaveTextAsync(Many());
        await second.GetByTestId("lab-start").ClickAsync();
        await second.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Measure here" }).ClickAsync();
        await Expect(second.GetByTestId("lab-ws").Locator("td").First).ToHaveTextAsync(Many());
        await Expect(window["lab-start"]).ToHaveTextAsync("Start");
    }

    [Fact]
    public async Task TwoWindows_WithoutLocks_TheLaterOneMeasures()
    {
        // As where the page came over plain HTTP from another machine.
        const string NoLocks = "delete Navigator.prototype.locks";
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "");
        await window.Page.Context.AddInitScriptAsync(NoLocks);
        await window.Page.GotoAsync($"{server.Url}/lab");
        await window["lab-start"].ClickAsync();
        await Expect(window["lab-start"]).ToHaveTextAsync("Stop");
        var second = await window.Page.Context.NewPageAsync();
        await second.GotoAsync($"{server.Url}/lab");
        await second.GetByTestId("lab-start").ClickAsync();
        await Expect(window["lab-start"]).ToHaveTextAsync("Start");
        await Expect(window.Page.GetByText("Another window of this browser is measuring")).ToBeVisibleAsync();
        await Expect(second.GetByTestId("lab-polling").Locator("td").First).ToHaveTextAsync(Many());
    }

    [Fact]
    public async Task Line_Cut_EachComesBackAndMissesNothing()
    {
        await using var server = await Server.StartAsync();
        await using var line = new CutProxy(server);
        await using var window = await OpenAsync(line.Url, "lab");
        await window["lab-start"].ClickAsync();
        foreach (string transport in Transports)
            await Expect(window[$"lab-{transport}"].Locator("td").First).ToHaveTextAsync(Many());
        line.Cut();
        foreach (string transport in Transports)
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(6)).Not.ToHaveTextAsync("0");
        line.Mend();
        foreach (string transport in Transports)
        {
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(7)).ToHaveTextAsync(WholeMilliseconds());
            await Expect(window[$"lab-{transport}"].Locator("td").Nth(5)).ToHaveTextAsync("0");
        }
    }

    private static async Task<int> NumberAsync(Window window, string transport, int column) =>
        int.Parse(await window[$"lab-{transport}"].Locator("td").Nth(column).InnerTextAsync(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:[1-9]\d+|\d,\d+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Many();

    [GeneratedRegex("^(?:[2-9]|[1-9][0-9,]+)$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MoreThanOne();

    [GeneratedRegex(@"^[\d,]+ ms$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WholeMilliseconds();

    [GeneratedRegex(@"^[\d,]+\.\d ms$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Milliseconds();
}
