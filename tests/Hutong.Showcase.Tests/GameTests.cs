using System.Text.RegularExpressions;
using Hutong.Interop.Browser;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What players see of the arena.</summary>
public partial class GameTests(Chromium chromium) : ShowcaseTests(chromium)
{
    private const string WhereAmI = "e => { const s = e.state(); const me = s.snapshot?.players.get(s.id); return me ? [me.x, me.y] : [-1, -1]; }";

    [Fact]
    public async Task TwoPlayers_OneMoves_TheServerAgrees()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "game", "Ada");
        await using var bob = await OpenAsync(server, "game", "Bob");
        await Expect(ada["stat-players"]).ToHaveTextAsync("2");
        await Expect(ada["scores"]).ToContainTextAsync("Bob");

        var before = await PlaceAsync(ada);
        await ada["arena"].FocusAsync();
        string key = before.X < 800 ? "d" : "a";
        await ada.Page.Keyboard.DownAsync(key);
        await ada.Page.WaitForFunctionAsync("x => { const s = document.querySelector('.arena').state(); return Math.abs(s.snapshot.players.get(s.id).x - x) > 60; }", before.X);
        await ada.Page.Keyboard.UpAsync(key);
        // What the page predicts and what the server says come together.
        await ada.Page.WaitForFunctionAsync("() => { const s = document.querySelector('.arena').state(); const me = s.snapshot.players.get(s.id); return Math.hypot(me.x - s.x, me.y - s.y) < 8; }");

        await bob.Page.CloseAsync();
        await Expect(ada["stat-players"]).ToHaveTextAsync("1");
        ada.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bots_AddedAndRemoved_Play()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "game", "Ada");
        await Expect(ada["stat-players"]).ToHaveTextAsync("1");
        await ada["addBots"].ClickAsync();
        await Expect(ada["stat-players"]).ToHaveTextAsync("101");
        await Expect(ada["stat-ping"]).ToHaveTextAsync(Milliseconds());
        await Expect(ada["frames"]).ToContainTextAsync("Binary 2");
        await ada["noBots"].ClickAsync();
        await Expect(ada["stat-players"]).ToHaveTextAsync("1");
        ada.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_Restarted_ThePlayerIsBack()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "game", "Ada");
        await Expect(ada["stat-players"]).ToHaveTextAsync("1");
        await server.KillAsync();
        await Expect(ada.Page.GetByText("the field stands still")).ToBeVisibleAsync();
        await server.RestartAsync();
        await ReconnectAsync(ada);
        await Expect(ada.Page.GetByText("the field stands still")).ToBeHiddenAsync();
        await ada.Page.WaitForFunctionAsync("() => { const s = document.querySelector('.arena').state(); return !!s.snapshot?.players.get(s.id); }");
        ErrorsBesidesCuts(ada).ShouldBeEmpty();
    }

    private static async Task<(double X, double Y)> PlaceAsync(Window window)
    {
        await window.Page.WaitForFunctionAsync("() => { const s = document.querySelector('.arena').state(); return !!s.snapshot?.players.get(s.id); }");
        double[] place = await window["arena"].EvaluateAsync<double[]>(WhereAmI);
        return (place[0], place[1]);
    }

    [GeneratedRegex(@"^\d+\.\d ms$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Milliseconds();
}
