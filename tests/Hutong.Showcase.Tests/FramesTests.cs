using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What a person sees of the walk through a connection.</summary>
public class FramesTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Fact]
    public async Task Walk_WithOwnWords_ShowsThemMaskedFragmentedAndAnswered()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "frames");
        await window["walk-text"].FillAsync("你好 <b>x</b>");
        await window["walk-pieces"].FillAsync("3");
        await window["walk"].ClickAsync();
        // Request, response, three pieces, the echo, ping, pong, close, close.
        await Expect(window["step"]).ToHaveCountAsync(10);
        await Expect(window["step"].Nth(0)).ToContainTextAsync("Sec-WebSocket-Version: 13");
        string? accept = (await window["accept"].InnerTextAsync())[2..];
        await Expect(window["step"].Nth(1)).ToContainTextAsync($"Sec-WebSocket-Accept: {accept}");
        await Expect(window["step"].Nth(3)).ToContainTextAsync("continuation frame (opcode 0)");
        await Expect(window["step"].Nth(5).Locator("q")).ToHaveTextAsync("你好 <b>x</b>");
        await Expect(window["step"].Nth(5)).ToContainTextAsync("not masked");
        await Expect(window["step"].Nth(7)).ToContainTextAsync("pong frame (opcode 10)");
        await Expect(window["step"].Nth(9)).ToContainTextAsync("code 1000");
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Server_Gone_SaysSo()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "frames");
        await Expect(window["step"]).ToHaveCountAsync(9);
        await server.KillAsync();
        await window["walk"].ClickAsync();
        await Expect(window.Page.GetByText("did not come to its end")).ToBeVisibleAsync();
        await server.RestartAsync();
        await window["walk"].ClickAsync();
        await Expect(window.Page.GetByText("did not come to its end")).ToBeHiddenAsync();
    }
}
