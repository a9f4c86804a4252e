using Hutong.Interop.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What holds for every page.</summary>
public class SiteTests(Chromium chromium) : ShowcaseTests(chromium)
{
    private const int FirstPageLimit = 150 * 1024;

    private static readonly string[] Pages = ["", "chat", "ticker", "notifications", "dashboard", "game", "lab", "frames", "socketio", "seeds"];

    // Text that is not told well enough from what is behind it (WCAG 2.2 §1.4.3), and controls without a name (§4.1.2).
    private const string Audit = """
        () => {
          const problems = [];
          const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          const paint = (colour, under) => {
            canvas.fillStyle = `rgb(${under.join(' ')})`;
            canvas.fillRect(0, 0, 1, 1);
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const ground = element => {
            const chain = [];
            for (let each = element; each; each = each.parentElement) chain.unshift(getComputedStyle(each).backgroundColor);
            return chain.reduce((under, colour) => paint(colour, under), [255, 255, 255]);
          };
          const luminance = rgb => {
            const [r, g, b] = rgb.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node; node = walker.nextNode();) {
            const element = node.parentElement;
            if (!node.data.trim() || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || element.closest('.sr, canvas, option, [hidden], .uplot, dialog:not([open])')) continue;
            const style = getComputedStyle(element);
            if (parseFloat(style.fontSize) < 2) continue;
            const under = ground(element);
            const [a, b] = [luminance(paint(style.color, under)), luminance(under)].sort((x, y) => y - x);
            const ratio = (a + .05) / (b + .05);
            const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.6 && style.fontWeight >= 700);
            if (ratio < (large ? 3 : 4.5)) problems.push(`contrast ${ratio.toFixed(2)}: ${node.data.trim().slice(0, 40)} (${element.className || element.tagName})`);
          }
          for (const element of document.querySelectorAll('button, input, select, textarea, a, [role=tab], [role=img], [role=region]')) {
            if (!element.checkVisibility()) continue;
            const labelled = element.getAttribute('aria-labelledby');
            const name = element.getAttribute('aria-label') || (labelled && document.getElementById(labelled)?.textContent) || [...element.labels ?? []].map(l => l.textContent).join('') || element.textContent || element.title;
            if (!name?.trim()) problems.push('no name: ' + element.outerHTML.slice(0, 90));
            // Whoever speaks to the page says what they see (§2.5.3).
            const shown = element.matches('button, a') && /[\p{L}\p{N}]/u.test(element.textContent) ? element.innerText.trim().split(/\s+/)[0].toLowerCase() : '';
            if (!name.toLowerCase().includes(shown)) problems.push(`named otherwise than it looks: ${element.outerHTML.slice(0, 90)}`);
          }
          for (const head of document.querySelectorAll('th')) if (!head.textContent.trim()) problems.push('empty th: ' + head.parentElement.textContent);
          if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
          for (const landmark of ['header', 'nav', 'main', 'aside']) if (!document.querySelector(landmark)) problems.push('no ' + landmark);
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          for (const id of new Set(ids)) if (ids.filter(each => each === id).length > 1) problems.push('id twice: ' + id);
          const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
          if (over > 0) problems.push(`${over} px wider than the window`);
          return problems;
        }
        """;

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light, "en-GB")]
    [InlineData(1440, 900, ColorScheme.Dark, "zh-CN")]
    [InlineData(390, 844, ColorScheme.Dark, "en-GB")]
    [InlineData(390, 844, ColorScheme.Light, "zh-CN")]
    public async Task EveryPage_InEachLook_IsReadableNamedAndFits(int width, int height, ColorScheme scheme, string locale)
    {
        await using var server = await Server.StartAsync();
        await using var window = await Chromium.OpenAsync(new() { Locale = locale, ColorScheme = scheme, ViewportSize = new() { Width = width, Height = height } });
        // Somebody with a name, and one notice that they have not read.
        await window.Page.AddInitScriptAsync("localStorage.setItem('hutong.name', 'Ada'); localStorage.setItem('hutong.inbox.Ada', '[{\"id\":\"1\",\"title\":\"T\",\"message\":\"M\",\"type\":\"info\",\"from\":\"\",\"at\":1}]')");
        var problems = new List<string>();
        foreach (string page in Pages)
        {
            await window.Page.GotoAsync($"{server.Url}/{page}");
            await Expect(window.Page.Locator("aside")).ToBeVisibleAsync();
            await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
            await Expect(window.Page.Locator("html")).ToHaveAttributeAsync("lang", locale == "zh-CN" ? "zh-CN" : "en");
            await Expect(window["lane-unread"]).ToHaveTextAsync(locale == "zh-CN" ? "1 条未读" : "1 unread");
            await window.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            problems.AddRange((await window.Page.EvaluateAsync<string[]>(Audit)).Select(problem => $"/{page}: {problem}"));
        }

        problems.ShouldBeEmpty();
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task FirstPage_Loaded_IsSmall()
    {
        await using var server = await Server.StartAsync();
        await using var window = await Chromium.OpenAsync();
        var requests = new List<IRequest>();
        window.Page.RequestFinished += (_, request) => requests.Add(request);
        await window.Page.GotoAsync(server.Url);
        await Expect(window.Page.Locator("aside")).ToBeVisibleAsync();
        long transferred = 0;
        foreach (var request in requests.ToList())
        {
            var sizes = await request.SizesAsync();
            transferred += sizes.ResponseBodySize + sizes.ResponseHeadersSize;
        }

        transferred.ShouldBeInRange(1, FirstPageLimit);
    }

    [Fact]
    public async Task Policy_ForbidsForeignCode()
    {
        await using var server = await Server.StartAsync();
        await using var window = await Chromium.OpenAsync();
        var response = await window.Page.GotoAsync(server.Url);
        string policy = response!.Headers["content-security-policy"];
        policy.ShouldContain("script-src 'self'");
        policy.ShouldNotContain("unsafe");
        response.Headers["x-content-type-options"].ShouldBe("nosniff");
        await window.Page.RunAndWaitForConsoleMessageAsync(
            () => window.Page.EvaluateAsync("() => { const s = document.createElement('script'); s.textContent = 'document.title = \"owned\"'; document.body.append(s); }"),
            new() { Predicate = message => message.Type == "error" });
        await Expect(window.Page).ToHaveTitleAsync("Hutong · Real-time messaging for .NET");
    }

    [Fact]
    public async Task Keyboard_Alone_ReachesEverything()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "");
        await Expect(window.Page.Locator("aside")).ToBeVisibleAsync();
        var keyboard = window.Page.Keyboard;
        await keyboard.PressAsync("Tab");
        (await FocusAsync(window)).ShouldBe("Skip to the content");
        await keyboard.PressAsync("Enter");
        (await window.Page.EvaluateAsync<string>("() => document.activeElement.id")).ShouldBe("main");
        await window.Page.EvaluateAsync("() => document.querySelector('.brand').focus()");
        await keyboard.PressAsync("Tab");
        (await FocusAsync(window)).ShouldBe("EN");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("一条胡同，许多扇门");
        await Expect(window["language-zh"]).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Expect(window["theme"]).ToBeFocusedAsync();
        for (int i = 0; i < 3; i++)
            await keyboard.PressAsync("Tab");
        await Expect(window["door-ticker"]).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");
        await Expect(window.Page.Locator("h1")).ToBeFocusedAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("行情");
        // Remembered.
        await window.Page.ReloadAsync();
        await Expect(window.Page.Locator("h1")).ToHaveTextAsync("行情");
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Keyboard_OnEachPage_GoesInOrderAndIsSeen()
    {
        // What has the focus, whether that can be seen, and whether it is where one looks: not under the wall at the top.
        const string Look = """
            () => {
              const e = document.activeElement;
              if (!e || e === document.body) return 'nowhere';
              const s = getComputedStyle(e);
              const place = e.getBoundingClientRect();
              const order = [...document.querySelectorAll('*')].indexOf(e);
              const seen = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2);
              return JSON.stringify({ order, seen, inView: place.bottom > 0 && place.top < innerHeight && place.width > 0, what: e.outerHTML.slice(0, 90) });
            }
            """;
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "", "Ada");
        var problems = new List<string>();
        foreach (string page in Pages)
        {
            await window.Page.GotoAsync($"{server.Url}/{page}");
            await Expect(window.Page.Locator("aside")).ToBeVisibleAsync();
            await window.Page.EvaluateAsync("() => document.activeElement?.blur()");
            int before = -1;
            int steps = 0;
            for (; steps < 120; steps++)
            {
                await window.Page.Keyboard.PressAsync("Tab");
                string looked = await window.Page.EvaluateAsync<string>(Look);
                if (looked == "nowhere")
                    break;
                var focus = System.Text.Json.JsonElement.Parse(looked);
                int order = focus.GetProperty("order").GetInt32();
                if (order <= before)
                    break;
                before = order;
                if (!focus.GetProperty("seen").GetBoolean() || !focus.GetProperty("inView").GetBoolean())
                    problems.Add($"/{page}: {looked}");
            }

            // Skip link, brand, languages, theme, ten doors or so, and the panel beside: fewer would be a trap or a page without use.
            if (steps is < 18 or 120)
                problems.Add($"/{page}: {steps} steps");
        }

        problems.ShouldBeEmpty();
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Network_OffAndOn_ItSaysSoAndGoesOnByItself()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "", "Ada");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
        await window.Page.Context.SetOfflineAsync(true);
        await Expect(window["banner-text"]).ToContainTextAsync("This device is offline");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "offline");
        await window.Page.Context.SetOfflineAsync(false);
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
        await Expect(window["banner"]).ToBeHiddenAsync();
        ErrorsBesidesCuts(window).ShouldBeEmpty();
    }

    [Fact]
    public async Task Side_ShowsTheSourceAndTheFramesInTheirColours()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "chat", "Ada");
        await Expect(window["frames"].Locator("tr.sent").First).ToContainTextAsync("Text 1");
        await Expect(window["frames"].Locator("tr.opcode")).ToContainTextAsync("101");
        (await ColourAsync(window, "tr.sent")).ShouldBe("rgb(227, 245, 220)");
        (await ColourAsync(window, "tr.received")).ShouldBe("rgb(255, 255, 255)");
        (await ColourAsync(window, "tr.opcode")).ShouldBe("rgb(253, 246, 207)");
        await window["sources"].Locator("summary").First.ClickAsync();
        await window["sources"].GetByText("ChatEndpoints.cs", new() { Exact = true }).ClickAsync();
        await Expect(window["sources"].Locator("pre").First).ToContainTextAsync("internal static class ChatEndpoints");
        await Expect(window["sources"].Locator("pre .hl-keyword").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Server_AwayForLong_TheVisitorIsAsked()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "");
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", "open");
        await server.KillAsync();
        await Expect(window["banner-text"]).ToContainTextAsync("The connection is lost.");
        // Nobody waits for eight attempts: the button makes each of them now.
        await window.Page.EvaluateAsync("() => { hutong.impatient = setInterval(() => hutong.client.state === 'waiting' && document.querySelector('[data-testid=retry]').click(), 50); }");
        await Expect(window["ask"]).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await window.Page.EvaluateAsync("() => clearInterval(hutong.impatient)");
        await Expect(window["go-on"]).ToBeFocusedAsync();
        await server.RestartAsync();
        await window["go-on"].ClickAsync();
        await ReconnectAsync(window);
        await Expect(window["ask"]).ToBeHiddenAsync();
        await Expect(window["banner"]).ToBeHiddenAsync();
        ErrorsBesidesCuts(window).ShouldBeEmpty();
    }

    private static Task<string> FocusAsync(Window window) => window.Page.EvaluateAsync<string>("() => document.activeElement.textContent");

    private static Task<string> ColourAsync(Window window, string row) =>
        window["frames"].Locator(row).First.EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor");
}
