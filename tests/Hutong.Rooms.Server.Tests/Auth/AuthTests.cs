using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using Hutong.Rooms.Server.Http;
using Hutong.Server;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server.Auth;

/// <summary>Who a client is, by a first message: the host's own scheme is asked, here the platform's bearer tokens.</summary>
public class AuthTests
{
    private static readonly RoomsEndpointOptions Required = new() { Auth = new() { Required = true } };

    public static TheoryData<string> Wires => new("websocket", "sse");

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Auth_WithAToken_LetsIn(string wire)
    {
        await using var app = await StartAsync();
        var (access, _) = await LoginAsync(app, "ada");
        await using var client = await Client.OpenAsync(app, wire);
        await client.SendAsync("""{"type":"join","id":"j","room":"chat:1"}""", HttpStatusCode.Unauthorized);
        if (wire == "websocket")
            (await client.ReadAsync("error")).Payload().GetProperty("code").GetString().ShouldBe("auth_required");
        await client.SendAsync("""{"type":"ping"}""");
        await client.ReadAsync("pong");
        // As the seeds' client writes it: the token beside the type.
        await client.SendAsync($$"""{"type":"auth","token":"{{access}}"}""");
        var success = (await client.ReadAsync("auth_success")).Payload();
        success.GetProperty("userId").GetString().ShouldBe("ada");
        success.GetProperty("expiresAt").GetInt64().ShouldBe(app.Time.GetUtcNow().AddHours(1).ToUnixTimeMilliseconds());
        await client.SendAsync("""{"type":"join","id":"j","room":"chat:1"}""");
        await client.ReadAsync("ack");
        app.Graph.Sessions.Single().UserId.ShouldBe("ada");
        // Nobody waits for the authentication any more.
        app.Time.Advance(TimeSpan.FromMinutes(1));
        await app.Rooms.SendToUserAsync("ada", "hello");
        await client.ReadAsync("hello");
    }

    [Theory]
    [InlineData("websocket", "nonsense")]
    [InlineData("websocket", "refresh")]
    [InlineData("websocket", "tampered")]
    [InlineData("websocket", "expired")]
    [InlineData("sse", "tampered")]
    public async Task Auth_WithATokenThatIsNone_IsRefusedAndTheSessionEnds(string wire, string token)
    {
        await using var app = await StartAsync();
        var (access, refresh) = await LoginAsync(app, "ada");
        if (token == "expired")
            app.Time.Advance(TimeSpan.FromHours(1));
        await using var client = await Client.OpenAsync(app, wire);
        string shown = token switch { "refresh" => refresh, "tampered" => access[..^6] + (access[^6] == 'A' ? 'B' : 'A') + access[^5..], "expired" => access, _ => token };
        await client.SendAsync($$"""{"type":"auth","id":"a","payload":{"token":"{{shown}}" } }""");
        var fail = await client.ReadAsync("auth_fail");
        fail.GetProperty("reason").GetString().ShouldBe("The token was refused.");
        fail.Payload().GetProperty("reason").GetString().ShouldBe("The token was refused.");
        fail.GetProperty("id").GetString().ShouldBe("a");
        (await client.ReadCloseAsync()).ShouldBe(3500);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Auth_ThatDoesNotCome_EndsTheSession(string wire)
    {
        await using var app = await StartAsync();
        await using var client = await Client.OpenAsync(app, wire);
        app.Time.Advance(TimeSpan.FromSeconds(9.9));
        await client.SendAsync("""{"type":"ping"}""");
        await client.ReadAsync("pong");
        app.Time.Advance(TimeSpan.FromSeconds(0.1));
        (await client.ReadCloseAsync()).ShouldBe(3001);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Auth_ThatExpires_EndsTheSessionUnlessItIsRefreshed(string wire)
    {
        await using var app = await StartAsync();
        var (access, _) = await LoginAsync(app, "ada");
        await using var client = await Client.OpenAsync(app, wire);
        await client.SendAsync($$"""{"type":"auth","token":"{{access}}"}""");
        await client.ReadAsync("auth_success");
        app.Time.Advance(TimeSpan.FromMinutes(59));
        var (newer, _) = await LoginAsync(app, "ada");
        await client.SendAsync($$"""{"type":"auth","token":"{{newer}}"}""");
        await client.ReadAsync("auth_success");
        app.Time.Advance(TimeSpan.FromMinutes(59));
        await client.SendAsync("""{"type":"ping"}""");
        await client.ReadAsync("pong");
        app.Time.Advance(TimeSpan.FromMinutes(1));
        (await client.ReadCloseAsync()).ShouldBe(3002);
    }

    [Fact]
    public async Task Auth_AsSomeoneElse_IsRefusedAndTheSessionStaysWhoItWas()
    {
        await using var app = await StartAsync();
        await using var client = await Client.OpenAsync(app, "websocket");
        await client.SendAsync($$"""{"type":"auth","token":"{{(await LoginAsync(app, "ada")).Access}}"}""");
        await client.ReadAsync("auth_success");
        await client.SendAsync($$"""{"type":"auth","token":"{{(await LoginAsync(app, "bob")).Access}}"}""");
        await client.ReadAsync("auth_fail");
        await client.SendAsync("""{"type":"auth"}""");
        (await client.ReadAsync("error")).Payload().GetProperty("code").GetString().ShouldBe("invalid_token");
        app.Graph.Sessions.Single().UserId.ShouldBe("ada");
    }

    [Fact]
    public async Task Open_ByWhomTheHostKnows_NeedsNoMessageAndExpiresToo()
    {
        await using var app = await StartAsync();
        var (access, _) = await LoginAsync(app, "ada");
        await using var sse = await SseReading.OpenAsync(app, headers: ("Authorization", $"Bearer {access}"));
        await sse.WelcomeAsync();
        app.Graph.Sessions.Single().UserId.ShouldBe("ada");

        // The session is hers: with its token alone, or as another user, nobody speaks for it.
        (await app.SendAsync(sse.Token, """{"type":"ping"}""")).ShouldBe(HttpStatusCode.NotFound);
        var (other, _) = await LoginAsync(app, "bob");
        foreach (var (user, status) in ((string, HttpStatusCode)[])[(other, HttpStatusCode.NotFound), (access, HttpStatusCode.Accepted)])
        {
            using var response = await app.AskAsync(HttpMethod.Post, "/send", """{"type":"ping"}""", ("Hutong-Session", sse.Token), ("Authorization", $"Bearer {user}"));
            response.StatusCode.ShouldBe(status);
        }

        await sse.ReadAsync("pong");
        app.Time.Advance(TimeSpan.FromHours(1));
        (await sse.ReadAsync("close")).Payload().GetProperty("code").GetInt32().ShouldBe(3002);
    }

    [Fact]
    public async Task Ticket_InTheUrl_IsGoodOnceAndForAShortTime()
    {
        await using var app = await StartAsync();
        await app.AskAsync(HttpMethod.Post, "/tickets").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth_required");
        var (access, _) = await LoginAsync(app, "ada");

        string ticket = await TicketAsync(app, access);
        await using var sse = await SseReading.OpenAsync(app, $"?room=chat:1&ticket={ticket}");
        await sse.WelcomeAsync();
        app.Graph.Sessions.Single().UserId.ShouldBe("ada");
        await app.AskAsync(HttpMethod.Get, $"/sse?ticket={ticket}").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth_failed");
        // An EventSource comes back with the same URL: its event id is enough.
        await app.PublishAsync(1);
        await sse.DisposeAsync();
        await using var back = await SseReading.OpenAsync(app, $"?room=chat:1&ticket={ticket}", sse.LastEventId);
        (await back.ReadNumbersAsync(1)).ShouldBe([1]);

        // As long as the token was good with which it was had, and no longer.
        app.Time.Advance(TimeSpan.FromHours(1));
        (await back.ReadAsync("close")).Payload().GetProperty("code").GetInt32().ShouldBe(3002);

        string late = await TicketAsync(app, (await LoginAsync(app, "ada")).Access);
        app.Time.Advance(TimeSpan.FromSeconds(30));
        await app.AskAsync(HttpMethod.Get, $"/poll?ticket={late}").ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth_failed");

        string another = await TicketAsync(app, (await LoginAsync(app, "bob")).Access);
        await using var peer = await app.App.OpenAsync($"/rt?ticket={another}");
        await peer.SendTextAsync("""{"type":"join","room":"chat:1","id":1}""");
        JsonDocument.Parse((await peer.ReadFrameAsync()).Payload).RootElement.Type().ShouldBe("ack");
        app.Graph.Sessions.Count(s => s.UserId == "bob").ShouldBe(1);
    }

    [Fact]
    public async Task Secrets_OfAllKinds_AreInNoLineOfTheLog()
    {
        var app = await StartAsync();
        var (access, refresh) = await LoginAsync(app, "ada");
        string ticket = await TicketAsync(app, access);
        string unused = await TicketAsync(app, access);
        await using var sse = await SseReading.OpenAsync(app, $"?room=chat:1&ticket={ticket}");
        await sse.WelcomeAsync();
        string secret = sse.Token.Split('.')[1];
        await app.PublishAsync(1);
        await sse.ReadNumbersAsync(1);
        await sse.DisposeAsync();
        await using (var back = await SseReading.OpenAsync(app, $"?ticket={ticket}", sse.LastEventId))
        {
            await app.SendAsync(sse.Token, """{"type":"ping"}""");
            await app.SendAsync(sse.Token + "x", """{"type":"ping"}""");
            await back.ReadAsync("pong");
        }

        (await app.AskAsync(HttpMethod.Get, $"/poll?ticket={unused}x")).Dispose();
        (await app.AskAsync(HttpMethod.Get, $"/rooms/chat:1?ticket={unused}")).Dispose();
        await using (var peer = await app.App.OpenAsync("/rt"))
        {
            await peer.SendTextAsync($$"""{"type":"resume","token":"{{sse.Token}}","ack":2}""");
            await peer.ReadFrameAsync();
            await peer.SendTextAsync($$"""{"type":"auth","token":"{{access}}"}""");
            await peer.SendTextAsync($$"""{"type":"auth","token":"{{refresh}}"}""");
            await peer.ReadFrameAsync();
        }

        (await app.App.AskAsync($"GET /rt?ticket={unused} HTTP/1.1\r\nHost: x\r\n\r\n")).Status.ShouldBeOneOf(401, 426);
        await app.DisposeAsync();
        app.App.Logs.Lines.Items.Count.ShouldBeGreaterThan(50);
        foreach (string hidden in (string[])[access, refresh, ticket, ticket[12..], unused, secret])
            app.App.Logs.Lines.Items.Where(l => l.Everything.Contains(hidden, StringComparison.Ordinal)).Select(l => l.Everything).ShouldBeEmpty();
    }

    private static Task<RoomsApp> StartAsync() => RoomsApp.StartAsync(
        options: Required,
        configure: b => b.Services.AddAuthentication(BearerTokenDefaults.AuthenticationScheme).AddBearerToken(),
        configureWithTime: (b, time) => b.Services.AddSingleton<TimeProvider>(time),
        before: a => a.MapGet("/login/{name}", (string name) => Results.SignIn(
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, name)], "login")), authenticationScheme: BearerTokenDefaults.AuthenticationScheme)));

    private static async Task<(string Access, string Refresh)> LoginAsync(RoomsApp app, string name)
    {
        var answer = await app.Client.GetFromJsonAsync<JsonElement>(new Uri($"http://127.0.0.1:{app.App.Port}/login/{name}"));
        return (answer.GetProperty("accessToken").GetString()!, answer.GetProperty("refreshToken").GetString()!);
    }

    private static async Task<string> TicketAsync(RoomsApp app, string access)
    {
        using var response = await app.AskAsync(HttpMethod.Post, "/tickets", body: null, ("Authorization", $"Bearer {access}"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var answer = await response.JsonAsync();
        answer.GetProperty("expiresIn").GetInt64().ShouldBe(30_000);
        return answer.GetProperty("ticket").GetString()!;
    }
}
