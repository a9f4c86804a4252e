using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Interop.Browser;

/// <summary>What a person sees of the sample chat.</summary>
public partial class QuickstartTests(Chromium chromium)
{
    [Fact]
    public async Task TwoWindows_Talk_BothSeeIt()
    {
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var ada = await EnterAsync(server, "Ada");
        await using var bob = await EnterAsync(server, "Bob");

        await Expect(ada["notice"]).ToContainTextAsync(["Bob came in"]);
        await Expect(ada["user"]).ToContainTextAsync(["Ada", "Bob"]);
        await Expect(bob["user"]).ToContainTextAsync(["Bob", "Ada"]);

        await SayAsync(ada, "Hello, Bob");
        await SayAsync(bob, "你好，Ada 👋");
        foreach (var window in (Window[])[ada, bob])
        {
            await Expect(Texts(window)).ToHaveTextAsync(["Hello, Bob", "你好，Ada 👋"]);
            await Expect(window["message"].Nth(0)).ToHaveAttributeAsync("data-own", window == ada ? "true" : "false");
            await Expect(window["message"].Nth(1)).ToHaveAttributeAsync("data-own", window == bob ? "true" : "false");
            await Expect(window["message"].Nth(0)).ToContainTextAsync(window == ada ? "you" : "Ada");
            await Expect(window["rtt"]).ToHaveTextAsync(Milliseconds());
        }

        await Expect(ada["message"].Nth(0)).ToHaveAttributeAsync("data-status", "sent");
        var time = bob["message"].Nth(0).Locator("time");
        string said = await time.GetAttributeAsync("datetime") ?? "";
        DateTimeOffset.TryParse(said, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out _).ShouldBeTrue(said);
        await Expect(time).ToHaveTextAsync(Clock());

        await bob.Page.CloseAsync();
        await Expect(ada["notice"]).ToContainTextAsync(["Bob came in", "Bob left"]);
        await Expect(ada["user"]).ToHaveCountAsync(1);
        ada.Errors.ShouldBeEmpty();
        bob.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Message_WithMarkup_IsShownAsText()
    {
        const string Markup = "<b>bold</b><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>";
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var ada = await EnterAsync(server, "<i>Ada</i>");
        await using var bob = await EnterAsync(server, "Bob");
        await SayAsync(ada, Markup);
        foreach (var window in (Window[])[ada, bob])
        {
            await Expect(Texts(window)).ToHaveTextAsync([Markup]);
            await Expect(window["messages"].Locator("b, i, img, script")).ToHaveCountAsync(0);
            await Expect(window["users"].Locator("i")).ToHaveCountAsync(0);
            await Expect(window.Page).ToHaveTitleAsync("Hutong");
            window.Errors.ShouldBeEmpty();
        }

        await Expect(bob["user"]).ToContainTextAsync(["Bob", "<i>Ada</i>"]);
    }

    [Fact]
    public async Task Server_KilledAndRestarted_MessagesWrittenMeanwhileArriveOnceInOrder()
    {
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var ada = await EnterAsync(server, "Ada");
        await using var bob = await EnterAsync(server, "Bob");
        await SayAsync(ada, "before");
        await Expect(Texts(bob)).ToHaveTextAsync(["before"]);

        await server.KillAsync();
        await Expect(ada["state"]).ToHaveAttributeAsync("data-state", Reconnecting());
        await Expect(ada["retry"]).ToBeVisibleAsync();
        await SayAsync(ada, "one");
        await SayAsync(ada, "two");
        await Expect(ada["message"].Nth(1)).ToHaveAttributeAsync("data-status", "waiting");
        await Expect(ada["message"].Nth(2)).ToHaveAttributeAsync("data-status", "waiting");

        await server.RestartAsync();
        foreach (var window in (Window[])[bob, ada])
            await ReconnectAsync(window);
        await SayAsync(ada, "after");
        foreach (var window in (Window[])[ada, bob])
        {
            await Expect(Texts(window)).ToHaveTextAsync(["before", "one", "two", "after"]);
            await Expect(window.Page.Locator("[data-testid=message]:not([data-status=sent])")).ToHaveCountAsync(0);
            await Expect(window["retry"]).ToBeHiddenAsync();
        }

        await Expect(ada["user"]).ToContainTextAsync(["Ada", "Bob"]);
    }

    [Fact]
    public async Task Language_Chinese_IsSpokenEverywhereAndRemembered()
    {
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(server.Url.ToString());
        await Expect(window.Page.Locator("#gate h1")).ToHaveTextAsync("Come in");
        await window.Page.Locator("#gate").GetByTestId("lang-zh").ClickAsync();
        await Expect(window.Page.Locator("#gate h1")).ToHaveTextAsync("请进");
        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-CN");
        await Expect(window["name-submit"]).ToHaveTextAsync("进门");

        await GoInAsync(window, "小明");
        await Expect(window["state"]).ToHaveTextAsync("已连接");
        await Expect(window["send"]).ToHaveTextAsync("发送");
        await using var ada = await EnterAsync(server, "Ada", "zh-CN");
        await Expect(ada["state"]).ToHaveTextAsync("已连接");
        await Expect(window["notice"]).ToContainTextAsync(["Ada 进来了"]);
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keyboard_Alone_IsEnough()
    {
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var window = await chromium.OpenAsync();
        await window.Page.GotoAsync(server.Url.ToString());
        var keyboard = window.Page.Keyboard;

        await Expect(window["name-input"]).ToBeFocusedAsync();
        await keyboard.TypeAsync("Ada");
        await keyboard.PressAsync("Enter");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
        await Expect(window["message-input"]).ToBeFocusedAsync();
        await keyboard.TypeAsync("two");
        await keyboard.PressAsync("Shift+Enter");
        await keyboard.TypeAsync("lines");
        await keyboard.PressAsync("Enter");
        (await Texts(window).InnerTextAsync()).ShouldBe("two\nlines");
        await Expect(window["message-input"]).ToBeFocusedAsync();
        await keyboard.TypeAsync("by the button");
        await keyboard.PressAsync("Tab");
        await Expect(window["send"]).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(window["message"]).ToHaveCountAsync(2);

        var language = window.Page.Locator("#panel [data-testid=lang-en] input");
        for (int i = 0; i < 20 && !await language.EvaluateAsync<bool>("e => e === document.activeElement"); i++)
            await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("ArrowRight");
        await Expect(window["send"]).ToHaveTextAsync("发送");
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_IsServed_WithAPolicyThatForbidsForeignCode()
    {
        Peer.Require("chromium");
        await using var server = await Quickstart.StartAsync();
        await using var window = await chromium.OpenAsync();
        var response = await window.Page.GotoAsync(server.Url.ToString());
        string policy = response!.Headers["content-security-policy"];
        policy.ShouldContain("default-src 'self'");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        response.Headers["x-content-type-options"].ShouldBe("nosniff");
        await Expect(window["name-input"]).ToBeFocusedAsync();
        window.Errors.ShouldBeEmpty();

        // The policy is not only a header: a script that finds its way into the page does not run.
        await window.Page.RunAndWaitForConsoleMessageAsync(
            () => window.Page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'document.title = \"owned\"'; document.body.append(s); }"),
            new() { Predicate = message => message.Type == "error" });
        await Expect(window.Page).ToHaveTitleAsync("Hutong");
    }

    private static ILocator Texts(Window window) => window["message"].Locator(".message-text");

    private static async Task SayAsync(Window window, string text)
    {
        await window["message-input"].FillAsync(text);
        await window["send"].ClickAsync();
        await Expect(window["message-input"]).ToHaveValueAsync("");
    }

    private static async Task GoInAsync(Window window, string name)
    {
        await window["name-input"].FillAsync(name);
        await window["name-submit"].ClickAsync();
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
    }

    /// <summary>Does what a person does who does not want to wait: presses the button that is there.</summary>
    private static async Task ReconnectAsync(Window window)
    {
        await window.Page.EvaluateAsync("() => document.querySelectorAll('#retry, #continue').forEach((button) => !button.hidden && button.click())");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
    }

    [GeneratedRegex("^waiting$|^connecting$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reconnecting();

    [GeneratedRegex(@"^\d+ ms$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Milliseconds();

    [GeneratedRegex(@"^\d{2}:\d{2}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Clock();

    private async Task<Window> EnterAsync(Quickstart server, string name, string locale = "en-GB")
    {
        var window = await chromium.OpenAsync(locale);
        await window.Page.GotoAsync(server.Url.ToString());
        await GoInAsync(window, name);
        return window;
    }
}
