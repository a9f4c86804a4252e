using Hutong.Interop.Browser;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What people see of the page of the official Socket.IO client.</summary>
public class SocketIOTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Theory]
    [InlineData("upgrade", "websocket")]
    [InlineData("websocket", "websocket")]
    [InlineData("polling", "polling")]
    public async Task BothClients_AtOneTable_HearEachOther(string choice, string transport)
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "socketio");
        await Expect(window["own-log"]).ToContainTextAsync("joined table:east");
        await window["io-transport"].SelectOptionAsync(choice);
        await window["io-connect"].ClickAsync();
        await Expect(window["io-state"]).ToContainTextAsync($"by {transport}");

        await window["io-join"].ClickAsync();
        await Expect(window["own-log"]).ToContainTextAsync("sat down");
        await SayAsync(window, "io-say", "<b>from there</b>");
        await Expect(window["own-log"]).ToContainTextAsync(": <b>from there</b>");
        await Expect(window["io-log"]).ToContainTextAsync("acknowledged: 1 at the table");
        await SayAsync(window, "own-say", "from here");
        await Expect(window["io-log"]).ToContainTextAsync("Hutong: from here");
        await Expect(window["io-log"].Locator("b")).ToHaveCountAsync(0);
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Everybody_IsSpokenTo_OnlyOneTableHearsItsOwn()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "socketio");
        await using var bob = await OpenAsync(server, "socketio");
        foreach (var window in (Window[])[ada, bob])
        {
            await window["io-connect"].ClickAsync();
            await Expect(window["io-state"]).ToContainTextAsync("by websocket");
        }

        await SayAsync(ada, "io-all", "To all");
        await Expect(bob["io-log"]).ToContainTextAsync("to all · To all");
        await bob["io-table"].SelectOptionAsync("west");
        await bob["io-join"].ClickAsync();
        await ada["io-join"].ClickAsync();
        await Expect(ada["own-log"]).ToContainTextAsync("sat down");
        await SayAsync(bob, "io-say", "Only here");
        await Expect(bob["io-log"]).ToContainTextAsync("Only here");
        await SayAsync(ada, "io-all", "The end");
        await Expect(bob["io-log"]).ToContainTextAsync("The end");
        await Expect(ada["io-log"]).ToContainTextAsync("The end");
        await Expect(ada["io-log"]).Not.ToContainTextAsync("Only here");
    }

    [Fact]
    public async Task Server_Restarted_TheOfficialClientComesBack()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "socketio");
        await window["io-connect"].ClickAsync();
        await Expect(window["io-state"]).ToContainTextAsync("by websocket");
        await server.KillAsync();
        await Expect(window["io-log"]).ToContainTextAsync("disconnected: transport close");
        await server.RestartAsync();
        await Expect(window["io-state"]).ToContainTextAsync("by websocket", new() { Timeout = 30_000 });
        await window["io-connect"].ClickAsync();
        await Expect(window["io-state"]).ToHaveTextAsync("not connected");
        await Expect(window["io-log"]).ToContainTextAsync("disconnected: io client disconnect");
    }

    private static async Task SayAsync(Window window, string input, string text)
    {
        await window[input].FillAsync(text);
        await window[input].PressAsync("Enter");
    }
}
