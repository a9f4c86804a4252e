using Hutong.Interop.Browser;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What people see of the chat.</summary>
public class ChatTests(Chromium chromium) : ShowcaseTests(chromium)
{
    // The smallest PNG there is.
    private static readonly byte[] Dot = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==");

    [Fact]
    public async Task TwoWindows_Talk_BothSeeIt()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "chat", "Ada");
        await Expect(ada["people"]).ToContainTextAsync("Ada");
        await using var bob = await OpenAsync(server, "chat", "Bob");
        await Expect(ada["notice"]).ToContainTextAsync(["Bob came in"]);
        await Expect(ada["people"]).ToContainTextAsync("Bob");

        await bob["say"].PressSequentiallyAsync("<b>Hello</b>");
        await Expect(ada["typing"]).ToContainTextAsync("Bob is writing");
        await bob["send"].ClickAsync();
        foreach (var window in (Window[])[ada, bob])
        {
            await Expect(Texts(window)).ToHaveTextAsync(["<b>Hello</b>"]);
            await Expect(window["log"].Locator(".text b")).ToHaveCountAsync(0);
        }

        await Expect(bob["message"]).ToHaveAttributeAsync("data-status", "sent");
        await bob["message"].HoverAsync();
        await bob["edit"].ClickAsync();
        await bob["log"].Locator("textarea").FillAsync("Hello, Ada");
        await bob["log"].Locator("textarea").PressAsync("Enter");
        await Expect(Texts(ada)).ToHaveTextAsync(["Hello, Ada"]);
        await ada["message"].HoverAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "React 🎉" }).ClickAsync();
        await Expect(bob["reaction"].First).ToContainTextAsync("🎉1");

        await bob["file"].SetInputFilesAsync(new FilePayload { Name = "dot.png", MimeType = "image/png", Buffer = Dot });
        await Expect(ada.Page.GetByAltText("Image by Bob")).ToBeVisibleAsync();
        await bob.Page.CloseAsync();
        await Expect(ada["notice"]).ToContainTextAsync(["Bob came in", "Bob left"]);
        ada.Errors.ShouldBeEmpty();
        bob.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task FirstVisit_AsksForANameAndRemembersIt()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "chat");
        await window["name"].FillAsync("<i>Ada</i>");
        await window["name"].PressAsync("Enter");
        await Expect(window["people"]).ToContainTextAsync("<i>Ada</i>");
        await window.Page.ReloadAsync();
        await Expect(window["people"]).ToContainTextAsync("<i>Ada</i>");
        window.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task OtherRoom_SomebodySpeaks_UnreadIsCounted()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "chat", "Ada");
        await using var bob = await OpenAsync(server, "chat", "Bob");
        await Expect(ada["people"]).ToContainTextAsync("Bob");
        await bob["room-tea"].ClickAsync();
        await SayAsync(bob, "Tea is ready");
        await Expect(ada["room-tea"]).ToHaveAccessibleNameAsync("Tea house, 1 unread");
        await ada["room-tea"].ClickAsync();
        await Expect(Texts(ada)).ToHaveTextAsync(["Tea is ready"]);
        await Expect(ada["room-tea"]).ToHaveAccessibleNameAsync("Tea house");
    }

    [Fact]
    public async Task Server_Restarted_WhatWasWrittenMeanwhileArrivesOnceInOrder()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "chat", "Ada");
        await using var bob = await OpenAsync(server, "chat", "Bob");
        await Expect(ada["people"]).ToContainTextAsync("Bob");
        await SayAsync(ada, "before");
        await SayAsync(ada, "and before that");
        await Expect(Texts(bob)).ToHaveTextAsync(["before", "and before that"]);

        await server.KillAsync();
        await Expect(ada["banner"]).ToBeVisibleAsync();
        await SayAsync(ada, "while it is down");
        await SayAsync(ada, "and one more");
        await Expect(ada["message"].Last).ToContainTextAsync("kept until there is a connection");
        await server.RestartAsync();
        await ReconnectAsync(bob);
        await ReconnectAsync(ada);

        await Expect(ada["banner"]).ToBeHiddenAsync();
        await Expect(Texts(ada)).ToHaveTextAsync(["before", "and before that", "while it is down", "and one more"]);
        await Expect(ada["message"].Last).ToHaveAttributeAsync("data-status", "sent");
        await Expect(Texts(bob)).ToHaveTextAsync(["before", "and before that", "while it is down", "and one more"]);
        ErrorsBesidesCuts(ada).ShouldBeEmpty();
    }

    [Fact]
    public async Task Line_CutForAWhile_NothingIsMissing()
    {
        await using var server = await Server.StartAsync();
        await using var line = new CutProxy(server);
        await using var ada = await OpenAsync(line.Url, "chat", "Ada");
        await using var bob = await OpenAsync(server, "chat", "Bob");
        await Expect(ada["people"]).ToContainTextAsync("Bob");
        line.Cut();
        await Expect(ada["banner"]).ToBeVisibleAsync();
        for (int i = 1; i <= 3; i++)
            await SayAsync(bob, $"line {i}");
        await Expect(bob["message"].Last).ToHaveAttributeAsync("data-status", "sent");
        line.Mend();
        await ReconnectAsync(ada);
        await Expect(Texts(ada)).ToHaveTextAsync(["line 1", "line 2", "line 3"]);
        await Expect(ada["gap"]).ToHaveCountAsync(0);
        ErrorsBesidesCuts(ada).ShouldBeEmpty();
    }

    [Fact]
    public async Task Image_ServerAway_FailsAndGoesOutOnRetry()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "chat", "Ada");
        await Expect(ada["people"]).ToContainTextAsync("Ada");
        await server.KillAsync();
        await Expect(ada["banner"]).ToBeVisibleAsync();
        await ada["file"].SetInputFilesAsync(new FilePayload { Name = "dot.png", MimeType = "image/png", Buffer = Dot });
        await Expect(ada["message"]).ToHaveAttributeAsync("data-status", "failed");
        await server.RestartAsync();
        await ReconnectAsync(ada);
        await ada["retry-message"].ClickAsync();
        await Expect(ada["message"]).ToHaveAttributeAsync("data-status", "sent");
        await Expect(ada["retry-message"]).ToHaveCountAsync(0);
        ErrorsBesidesCuts(ada).ShouldBeEmpty();
    }

    private static ILocator Texts(Window window) => window["message"].Locator(".text");

    private static async Task SayAsync(Window window, string text)
    {
        await window["say"].FillAsync(text);
        await window["send"].ClickAsync();
        await Expect(window["say"]).ToHaveValueAsync("");
    }
}
