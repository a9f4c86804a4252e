using System.Text.RegularExpressions;
using Hutong.Interop.Browser;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What people see of notifications.</summary>
public partial class NotificationTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Fact]
    public async Task Notice_ToSomebodyElse_IsShownCountedReadAndConfirmed()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        await using var bob = await OpenAsync(server, "notifications", "Bob");
        await SendAsync(ada, "Bob", "<i>Lunch</i>");
        await Expect(bob["toast"]).ToContainTextAsync("<i>Lunch</i>");
        await Expect(bob["unread"]).ToHaveTextAsync("1 unread");
        await Expect(ada["outbox"]).ToContainTextAsync("Delivered");
        await Expect(bob["toast"]).ToHaveCountAsync(0, new() { Timeout = 9000 });
        await bob.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Mark as read" }).First.ClickAsync();
        await Expect(bob["unread"]).ToBeHiddenAsync();
        await Expect(ada["outbox"]).ToContainTextAsync("Read by Bob");
        ada.Errors.ShouldBeEmpty();
        bob.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Notice_BehindAnotherDoor_IsShownAndCountedThere()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        await using var bob = await OpenAsync(server, "chat", "Bob");
        await Expect(bob["people"]).ToContainTextAsync("Bob");
        await SendAsync(ada, "Bob", "Lunch");
        await Expect(bob["toast"]).ToContainTextAsync("Lunch");
        await Expect(bob["lane-unread"]).ToHaveTextAsync("1 unread");
        await Expect(ada["outbox"]).ToContainTextAsync("Delivered");
        await bob["door-notifications"].ClickAsync();
        await bob.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Mark all as read" }).ClickAsync();
        await Expect(bob["lane-unread"]).ToBeHiddenAsync();
        await Expect(ada["outbox"]).ToContainTextAsync("Read by Bob");
        bob.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Toast_PointerOnIt_Stays()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        await ada.Page.Clock.InstallAsync();
        await SendAsync(ada, "Ada", "Stay");
        await ada["toast"].HoverAsync();
        await ada.Page.Clock.FastForwardAsync(8000);
        await Expect(ada["toast"]).ToBeVisibleAsync();
        await ada.Page.Mouse.MoveAsync(10, 400);
        await ada.Page.Clock.FastForwardAsync(8000);
        await Expect(ada["toast"]).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Notice_WhileNobodyIsThere_IsUnreadAfterwards()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await OpenAsync(server, "notifications", "Bob");
        await SendAsync(bob, "Bob", "One");
        await Expect(bob["unread"]).ToHaveTextAsync("1 unread");
        await bob.Page.GotoAsync("about:blank");
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        await SendAsync(ada, "Bob", "Two");
        await Expect(ada["outbox"]).ToContainTextAsync("nobody there: it waits");
        await bob.Page.GotoAsync($"{server.Url}/notifications");
        await Expect(bob["notice"]).ToContainTextAsync(["Two", "One"]);
        await Expect(bob["unread"]).ToHaveTextAsync("2 unread");
    }

    [Fact]
    public async Task Server_Restarted_QueuedNoticeGoesOut()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        await Expect(ada["state"]).ToHaveAttributeAsync("data-state", "open");
        await server.KillAsync();
        await Expect(ada["banner"]).ToBeVisibleAsync();
        await SendAsync(ada, "Ada", "Later");
        await Expect(ada["outbox"]).ToContainTextAsync("Kept until there is a connection");
        await server.RestartAsync();
        await ReconnectAsync(ada);
        await Expect(ada["notice"]).ToHaveCountAsync(1);
        await Expect(ada["outbox"]).ToContainTextAsync(Went());
        ErrorsBesidesCuts(ada).ShouldBeEmpty();
    }

    private static async Task SendAsync(Window window, string to, string title)
    {
        await Expect(window["state"]).ToHaveAttributeAsync("data-state", SomeState());
        await window["notice-to"].FillAsync(to);
        await window["notice-title"].FillAsync(title);
        await window["notice-send"].ClickAsync();
    }

    [GeneratedRegex("Sent|Delivered", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Went();

    [GeneratedRegex("open|waiting|connecting|offline", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SomeState();
}
