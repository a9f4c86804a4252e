using System.Text.Json;
using Hutong.Protocol;

namespace Hutong.Interop.Browser;

/// <summary>The browser's own WebSocket talks to our server.</summary>
public class BrowserWebSocketTests(Chromium chromium, Routes routes)
{
    private const string Connect = """
        url => new Promise(resolve => {
          const socket = new WebSocket(url);
          socket.onopen = () => { socket.onclose = null; socket.close(); resolve('open'); };
          socket.onclose = event => resolve('closed with ' + event.code);
        })
        """;

    private const string AskForVersion = """
        url => new Promise((resolve, reject) => {
          const socket = new WebSocket(url);
          socket.onopen = () => socket.send('version');
          socket.onmessage = event => { resolve(event.data); socket.close(); };
          socket.onerror = () => reject(new Error('refused'));
        })
        """;

    /// <summary>Those that lead to the app, which has pages.</summary>
    public static TheoryData<string> RoutesToPages() => new(Routes.Names.Where(name => name.Contains(' ')));

    [Theory]
    [MemberData(nameof(RoutesToPages))]
    public async Task Checks_OverRoute_AllPass(string route)
    {
        Peer.Require("chromium");
        var url = await routes.OpenAsync(route);
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(PageAt(url, "/page"));
        string id = Guid.NewGuid().ToString("n");
        string script = await File.ReadAllTextAsync(Path.Combine(Peer.Folder, "chromium.js"));

        string answer = await window.Page.EvaluateAsync<string>(script, new { url = url.GetLeftPart(UriPartial.Authority), id });
        CheckResult.ShouldAllPass(JsonSerializer.Deserialize<List<CheckResult>>(answer, JsonSerializerOptions.Web)!, ["text 5", "binary 16777216"]);
        window.Errors.ShouldBeEmpty();
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-client", (CloseCode)3456, Data.ReasonOfClient);
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-without-code", CloseCode.NoStatus, "");
        await PeerServer.ShouldHaveClosedAsync($"{id}-close-server", (CloseCode)3456);
    }

    [Theory]
    [MemberData(nameof(RoutesToPages))]
    public async Task Connect_FromAnotherOrigin_IsRefusedWith403(string route)
    {
        Peer.Require("chromium");
        var url = await routes.OpenAsync(route);
        await using var window = await chromium.OpenAsync();

        // A page of another port of the same host is of another origin; a sandboxed one, even from here, is of none: "null".
        var other = await routes.OpenAsync(route == "ws app" ? "wss app" : "ws app");
        foreach (string page in (string[])[PageAt(url, "/sandboxed"), PageAt(other, "/page")])
        {
            await window.Page.GotoAsync(page);
            // The console may hear of it after the page does.
            await window.Page.RunAndWaitForConsoleMessageAsync(
                async () => (await window.Page.EvaluateAsync<string>(Connect, new Uri(url, "/echo").ToString())).ShouldBe("closed with 1006", page),
                new() { Predicate = message => message.Text.Contains("403", StringComparison.Ordinal) });
        }

        window.Errors.Count(error => error.Contains("403", StringComparison.Ordinal)).ShouldBe(2, string.Join("\n", window.Errors));
        await window.Page.GotoAsync(PageAt(url, "/page"));
        (await window.Page.EvaluateAsync<string>(Connect, new Uri(url, "/echo").ToString())).ShouldBe("open");
    }

    [Theory]
    [InlineData("ws app", "HTTP/1.1")]
    [InlineData("wss app", "HTTP/2")]
    public async Task Connect_FromAPage_UsesThePagesHttpVersion(string route, string version)
    {
        Peer.Require("chromium");
        var url = await routes.OpenAsync(route);
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(PageAt(url, "/page"));
        (await window.Page.EvaluateAsync<string>(AskForVersion, new Uri(url, "/control").ToString())).ShouldBe(version);
    }

    private static string PageAt(Uri url, string path) =>
        new UriBuilder(url) { Scheme = url.Scheme == "wss" ? "https" : "http", Path = path }.Uri.ToString();
}
