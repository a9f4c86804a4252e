using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>
/// What an hour's worth of use leaves behind. <c>HUTONG_SHOWCASE_HOURS</c> makes it as many hours, and then slower: what the server remembers for
/// a while, such as who has already published what, is forgotten by its clock and not by ours.
/// </summary>
public class MemoryTests(Chromium chromium, ITestOutputHelper output) : ShowcaseTests(chromium)
{
    private const int Visitors = 12;
    private const double Megabyte = 1 << 20;

    private static readonly int Hours = int.TryParse(Environment.GetEnvironmentVariable("HUTONG_SHOWCASE_HOURS"), CultureInfo.InvariantCulture, out int hours) ? hours : 1;
    private static readonly TimeSpan Quarter = Hours > 1 ? TimeSpan.FromSeconds(8) : TimeSpan.Zero;

    [Fact]
    public async Task Server_AnHourOfUse_HoldsHardlyMoreThanAfterAQuarter()
    {
        await using var server = await Server.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(server.Url) };
        var visitors = Enumerable.Range(0, Visitors).Select(i => new Visitor(server, http, i)).ToList();
        var figures = new List<double>();
        for (int quarter = 0; quarter < 4 * Hours; quarter++)
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(visitors.Select(v => v.LiveAsync(quarter * 15, (quarter + 1) * 15)));
            figures.Add(server.Memory / Megabyte);
            output.WriteLine($"{(quarter + 1) * 15} min: {figures[^1]:F1} MiB, {visitors.Sum(v => v.Requests)} requests, {visitors.Sum(v => v.Connections)} connections, {watch.Elapsed.TotalSeconds:F1} s");
            if (Quarter > watch.Elapsed)
                await Task.Delay(Quarter - watch.Elapsed);
        }

        // Histories, images, what is remembered for two minutes, and the runtime's slack fill up; a leak goes on.
        var (before, after) = Hours > 1 ? (figures[figures.Count / 2], figures[^1]) : (figures[0], figures[^1]);
        after.ShouldBeLessThan(before * (Hours > 1 ? 1.1 : 1.3));

        // Of sessions and connections nothing at all is left.
        JsonElement last;
        do
            last = JsonElement.Parse(await http.GetStringAsync("/dashboard/hour")).GetProperty("samples").EnumerateArray().Last();
        while (last.GetProperty("sessions").GetInt32() > 0 || last.GetProperty("connections").GetInt32() > 0);
    }

    [Fact]
    public async Task Page_WalkedThroughAllDoorsAgainAndAgain_HoldsNoMoreThanBefore()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "", "Ada");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
        var session = await window.Page.Context.NewCDPSessionAsync(window.Page);
        var figures = new List<(double Heap, int Nodes, int Listeners)>();
        for (int round = 0; round < 4; round++)
        {
            foreach (string door in (string[])["chat", "ticker", "notifications", "dashboard", "game", "lab", "frames", "seeds", "home"])
            {
                await window[$"door-{door}"].ClickAsync();
                await Expect(window.Page.Locator($"main.page-{door} h1")).ToBeVisibleAsync();
                await Expect(window["frames"].Locator("tr").First).ToBeVisibleAsync();
            }

            await session.SendAsync("HeapProfiler.collectGarbage");
            var heap = (await session.SendAsync("Runtime.getHeapUsage"))!.Value;
            var counters = (await session.SendAsync("Memory.getDOMCounters"))!.Value;
            figures.Add((heap.GetProperty("usedSize").GetDouble() / Megabyte, counters.GetProperty("nodes").GetInt32(), counters.GetProperty("jsEventListeners").GetInt32()));
            output.WriteLine($"round {round + 1}: {figures[^1].Heap:F2} MiB, {figures[^1].Nodes} nodes, {figures[^1].Listeners} listeners");
        }

        // After the first round all modules are loaded; a page that stayed would be hundreds of nodes and dozens of listeners each time.
        figures[^1].Heap.ShouldBeLessThan(figures[1].Heap * 1.3);
        figures[^1].Nodes.ShouldBeLessThan(figures[1].Nodes * 13 / 10);
        figures[^1].Listeners.ShouldBeLessThan(figures[1].Listeners + 10);
    }
}
