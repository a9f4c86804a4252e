using System.Text.Json;
using Hutong.Interop.Browser;
using static Microsoft.Playwright.Assertions;

namespace Hutong.Showcase;

/// <summary>What the addresses for the guides' clients say, message by message.</summary>
public class SeedTests(Chromium chromium) : ShowcaseTests(chromium)
{
    [Fact]
    public async Task Chat_TwoAndAPage_HearEachOther()
    {
        await using var server = await Server.StartAsync();
        using var one = await Peer.ConnectAsync(server, "/seeds/chat");
        using var two = await Peer.ConnectAsync(server, "/seeds/chat");
        await one.SayAsync("""{"type":"message","content":"too early"}""");
        Text(await one.HearAsync("error"), "code").ShouldBe("unknown_type");
        await one.SayAsync("""{"type":"join","username":"张三"}""");
        Text(await one.HearAsync("userJoined"), "username").ShouldBe("张三");
        await two.SayAsync("""{"type":"join","username":"李四"}""");
        Text(await one.HearAsync("userJoined"), "username").ShouldBe("李四");
        await two.SayAsync("""{"type":"message","content":"<b>大家好</b>"}""");
        foreach (var peer in (Peer[])[one, two])
        {
            var said = await peer.HearAsync(json => Text(json, "content") == "<b>大家好</b>");
            (Text(said, "type"), Text(said, "username")).ShouldBe(("message", "李四"));
        }

        await using var ada = await OpenAsync(server, "chat", "Ada");
        Text(await one.HearAsync("userJoined"), "username").ShouldBe("Ada");
        await Expect(ada["message"].Last.Locator(".text")).ToHaveTextAsync("<b>大家好</b>");
        await two.LeaveAsync();
        Text(await one.HearAsync("userLeft"), "username").ShouldBe("李四");
        await Expect(ada["notice"]).ToContainTextAsync(["李四 left"]);
    }

    [Fact]
    public async Task Stocks_SubscribedAndUnsubscribed_PricesComeAndStop()
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, "/seeds/stocks");
        await peer.SayAsync("""{"type":"subscribe","symbol":"AAPL"}""");
        for (int i = 0; i < 3; i++)
        {
            var price = await peer.HearAsync("price");
            Text(price, "symbol").ShouldBe("AAPL");
            price.GetProperty("price").GetDouble().ShouldBeGreaterThan(0);
            price.GetProperty("change").ValueKind.ShouldBe(JsonValueKind.Number);
        }

        await peer.SayAsync("""{"type":"unsubscribe","symbol":"AAPL"}""");
        // The answer to what is not understood comes after the last price.
        await peer.SayAsync("""{"type":"subscribe","symbol":"NONE"}""");
        await peer.HearAsync("error");
        await peer.SayAsync("""{"type":"subscribe","symbol":"GOOGL"}""");
        for (int i = 0; i < 5; i++)
            Text(await peer.HearAsync("price"), "symbol").ShouldBe("GOOGL");
    }

    [Fact]
    public async Task Docs_EditedByOne_OthersAndLaterOnesHaveIt()
    {
        await using var server = await Server.StartAsync();
        using var one = await Peer.ConnectAsync(server, "/seeds/docs?doc=%E7%AC%94%E8%AE%B0");
        using var two = await Peer.ConnectAsync(server, "/seeds/docs?doc=%E7%AC%94%E8%AE%B0");
        Text(await one.HearAsync("sync"), "content").ShouldBe("");
        await two.HearAsync("sync");
        // Both are in once each has heard the other.
        await two.SayAsync("""{"type":"cursor","position":0}""");
        await one.HearAsync("cursor");
        await one.SayAsync("""{"type":"edit","position":2,"content":"你好"}""");
        var edit = await two.HearAsync("edit");
        (Text(edit, "content"), edit.GetProperty("position").GetInt32()).ShouldBe(("你好", 2));
        await two.SayAsync("""{"type":"cursor","position":1}""");
        var cursor = await one.HearAsync(json => Text(json, "type") == "cursor" && json.GetProperty("position").GetInt32() == 1);
        Text(cursor, "userId").ShouldNotBeEmpty();
        using var later = await Peer.ConnectAsync(server, "/seeds/docs?doc=%E7%AC%94%E8%AE%B0");
        Text(await later.HearAsync("sync"), "content").ShouldBe("你好");
        using var elsewhere = await Peer.ConnectAsync(server, "/seeds/docs?doc=other");
        Text(await elsewhere.HearAsync("sync"), "content").ShouldBe("");
    }

    [Fact]
    public async Task Notifications_WhileAway_ComeOnceOnReturn()
    {
        await using var server = await Server.StartAsync();
        await using var ada = await OpenAsync(server, "notifications", "Ada");
        using (var bob = await Peer.ConnectAsync(server, "/seeds/notifications?userId=Bob"))
        {
            await SendAsync(ada, "One");
            var notice = await bob.HearAsync(json => Text(json, "title") == "One");
            foreach (string field in (string[])["message", "icon", "type"])
                Text(notice, field).ShouldNotBeEmpty();
            await bob.LeaveAsync();
        }

        await SendAsync(ada, "Two");
        using var back = await Peer.ConnectAsync(server, "/seeds/notifications?userId=Bob");
        Text(await back.HearAsync(static _ => true), "title").ShouldBe("Two");
    }

    [Fact]
    public async Task Game_TwoPlayers_SeeEachOtherComeMoveAndGo()
    {
        await using var server = await Server.StartAsync();
        using var one = await Peer.ConnectAsync(server, "/seeds/game");
        int me = (await one.HearAsync("init")).GetProperty("playerId").GetInt32();
        double before = await PlaceAsync(one, me);
        using var two = await Peer.ConnectAsync(server, "/seeds/game");
        int other = (await two.HearAsync("init")).GetProperty("playerId").GetInt32();
        (await one.HearAsync("playerJoined")).GetProperty("player").GetProperty("id").GetInt32().ShouldBe(other);
        await one.SayAsync($$"""{"type":"move","direction":"{{(before < 800 ? 'd' : 'a')}}"}""");
        while (Math.Abs(await PlaceAsync(two, me) - before) < 20)
        {
        }

        await two.LeaveAsync();
        (await one.HearAsync("playerLeft")).GetProperty("playerId").GetInt32().ShouldBe(other);
    }

    [Fact]
    public async Task Monitor_ListenedTo_SaysBareMetrics()
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, "/seeds/monitor");
        var metrics = await peer.HearAsync(static _ => true);
        foreach (string field in (string[])["cpu", "memory", "networkIn", "networkOut", "requestsPerSecond"])
            metrics.GetProperty(field).GetDouble().ShouldBeGreaterThanOrEqualTo(0);
        metrics.TryGetProperty("type", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Page_FromAFile_MayUseTheGuidesAddressesAndNoOthers()
    {
        await using var server = await Server.StartAsync();
        await using var window = await Chromium.OpenAsync();
        // Its origin is "null", as that of a page from a file.
        await window.Page.SetContentAsync("<title>A guide's page</title>");
        const string Connect = "url => new Promise(ok => { const s = new WebSocket(url); s.onopen = () => ok('open'); s.onerror = () => ok('refused'); })";
        foreach (string path in (string[])["chat", "stocks", "docs?doc=a", "notifications?userId=a", "game", "monitor", "echo"])
            (await window.Page.EvaluateAsync<string>(Connect, $"ws{server.Url[4..]}/seeds/{path}")).ShouldBe("open");
        (await window.Page.EvaluateAsync<string>(Connect, $"ws{server.Url[4..]}/rt")).ShouldBe("refused");
    }

    [Theory]
    [InlineData("/seeds/echo?token=good", null)]
    [InlineData("/seeds/echo", """{"type":"auth","token":"good"}""")]
    [InlineData("/seeds/echo?userid=&token=&version=&platform=micro-web", """{"type":"auth","payload":{"token":"good"}}""")]
    public async Task Echo_GoodToken_IsTaken(string path, string? first)
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, path);
        if (first is not null)
            await peer.SayAsync(first);
        (await peer.HearTextAsync()).ShouldBe("""{"type":"auth_success"}""");
        await peer.SayAsync("Hello Server!");
        (await peer.HearTextAsync()).ShouldBe("Hello Server!");
    }

    [Theory]
    [InlineData("/seeds/echo?token=bad-one", null)]
    [InlineData("/seeds/echo", """{"type":"auth","token":"bad-one"}""")]
    [InlineData("/seeds/echo", """{"type":"auth"}""")]
    public async Task Echo_BadToken_IsToldWhyAndSentAway(string path, string? first)
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, path);
        if (first is not null)
            await peer.SayAsync(first);
        Text(await peer.HearAsync("auth_fail"), "reason").ShouldNotBeEmpty();
        (await peer.HearAsync()).ShouldBeNull();
        peer.CloseCode.ShouldBe(1008);
    }

    [Fact]
    public async Task Echo_HeartbeatsOfEachGuide_AreAnswered()
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, "/seeds/echo");
        await peer.SayAsync("ping");
        (await peer.HearTextAsync()).ShouldBe("pong");
        await peer.SayAsync("""{"type":"ping"}""");
        await peer.HearAsync("pong");
        await peer.SayAsync("""{"req_type":8,"req_no":"17"}""");
        var answer = JsonElement.Parse(await peer.HearTextAsync());
        (answer.GetProperty("resp_type").GetInt32(), Text(answer, "req_no")).ShouldBe((8, "17"));
        // The server's own beat, after ten seconds in which nobody spoke.
        Text(await peer.HearAsync(static _ => true), "type").ShouldBe("ping");
    }

    [Fact]
    public async Task Echo_TenMillionBytesAndOfferedSubprotocols_AreTaken()
    {
        await using var server = await Server.StartAsync();
        using var peer = await Peer.ConnectAsync(server, "/seeds/echo", "superchat", "chat");
        peer.Subprotocol.ShouldBe("superchat");
        byte[] sent = new byte[10_000_000];
        new Random(7).NextBytes(sent);
        await peer.SayAsync(sent);
        (await peer.HearAsync()).ShouldBe(sent);
    }

    [Fact]
    public async Task Page_EachAddress_IsTalkedWith()
    {
        await using var server = await Server.StartAsync();
        await using var window = await OpenAsync(server, "seeds");
        foreach (var (seed, answer) in ((string, string)[])[("chat", "userJoined"), ("stocks", "price"), ("docs", "sync"), ("notifications", "pong"), ("game", "gameState"), ("monitor", "networkIn"), ("echo", "auth_success")])
        {
            await window["seed"].SelectOptionAsync(seed);
            await Expect(window["seed-connect"]).ToHaveTextAsync("Connect");
            await window["seed-connect"].ClickAsync();
            await Expect(window["seed-send"]).ToBeEnabledAsync();
            await window["seed-send"].ClickAsync();
            await Expect(window["seed-log"].Locator(".received").Filter(new() { HasText = answer }).First).ToBeVisibleAsync();
        }

        window.Errors.ShouldBeEmpty();
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static async Task<double> PlaceAsync(Peer peer, int player)
    {
        var state = await peer.HearAsync("gameState");
        return state.GetProperty("players").EnumerateArray().First(p => p.GetProperty("id").GetInt32() == player).GetProperty("x").GetDouble();
    }

    private static async Task SendAsync(Window window, string title)
    {
        await window["notice-to"].FillAsync("Bob");
        await window["notice-title"].FillAsync(title);
        await window["notice-send"].ClickAsync();
        await Expect(window["outbox"]).ToContainTextAsync(title);
    }
}
