using System.Net;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.SocketIO.Tests.Engine;

public class EngineCorsTests
{
    private const string Page = "https://app.example";

    [Theory]
    [InlineData(Page, null)]
    [InlineData("null", null)]
    [InlineData("http://127.0.0.1:1", null)]
    [InlineData(null, "cross-site")]
    [InlineData(null, "same-site")]
    public async Task Page_OfAnotherOrigin_IsRefusedByDefault(string? origin, string? fetchSite)
    {
        await using var app = await EngineApp.StartAsync();
        string sid = await app.OpenAsync();
        var headers = new List<(string, string)>();
        if (origin is not null)
            headers.Add(("Origin", origin));
        if (fetchSite is not null)
            headers.Add(("Sec-Fetch-Site", fetchSite));

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(), 4, "Forbidden", headers: [.. headers]);
        await app.RefusesAsync(HttpMethod.Post, EngineApp.Polling(sid), 4, "Forbidden", "4a", [.. headers]);
        await app.RefusesAsync(HttpMethod.Options, EngineApp.Polling(), 4, "Forbidden", headers: [.. headers]);
        var answer = await app.App.AskAsync(Head.Of(EngineApp.WebSocket(), [.. headers.Select(h => $"{h.Item1}: {h.Item2}")]));
        (answer.Status, answer.Body).ShouldBe((403, """{"code":4,"message":"Forbidden"}"""));
        app.Events.Items.ShouldBe(["open"]);
    }

    [Fact]
    public async Task Page_OfTheServersOrigin_IsServedWithoutAWord()
    {
        await using var app = await EngineApp.StartAsync();

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(), null, ("Origin", $"http://127.0.0.1:{app.App.Port}"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        await using var peer = await app.OpenWebSocketAsync(null, $"Origin: http://127.0.0.1:{app.App.Port}", $"Host: 127.0.0.1:{app.App.Port}");
    }

    [Fact]
    public async Task Page_ThatIsAllowed_IsToldSo_AlsoWithAnError()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions
        {
            AllowedOrigins = [Page],
            Cors = new() { Credentials = true, ExposedHeaders = ["X-Node"] },
        });

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(), null, ("Origin", Page));
        using var wrong = await app.AskAsync(HttpMethod.Get, "?EIO=3&transport=polling", null, ("Origin", Page));

        foreach (var answer in (HttpResponseMessage[])[response, wrong])
        {
            answer.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
            answer.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
            answer.Headers.GetValues("Access-Control-Expose-Headers").ShouldBe(["X-Node"]);
            answer.Headers.Vary.ShouldBe(["Origin"]);
        }

        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(), 4, "Forbidden", null, ("Origin", "https://evil.example"));
        await using var peer = await app.OpenWebSocketAsync(null, $"Origin: {Page}");
    }

    [Fact]
    public async Task Page_OfAnyOrigin_WhereAllAre()
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions { AllowedOrigins = ["*"] });

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(), null, ("Origin", Page));

        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        response.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
        await using var peer = await app.OpenWebSocketAsync(null, "Origin: null");
    }

    [Theory]
    [InlineData(false, "X-My")]
    [InlineData(true, "X-Ours, X-Theirs")]
    public async Task Preflight_OfAnAllowedPage_IsAnswered(bool named, string headers)
    {
        await using var app = await EngineApp.StartAsync(new EngineOptions
        {
            AllowedOrigins = [Page],
            Cors = new() { AllowedHeaders = named ? ["X-Ours", "X-Theirs"] : [], MaxAge = TimeSpan.FromSeconds(5) },
        });

        using var response = await app.AskAsync(
            HttpMethod.Options, EngineApp.Polling("unknown"), null,
            ("Origin", Page), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "X-My"));

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
        response.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["GET, POST, OPTIONS"]);
        response.Headers.GetValues("Access-Control-Allow-Headers").ShouldBe([headers]);
        response.Headers.GetValues("Access-Control-Max-Age").ShouldBe(["5"]);
        app.Events.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Options_WithoutAPreflight_NamesTheMethods()
    {
        await using var app = await EngineApp.StartAsync();

        using var response = await app.AskAsync(HttpMethod.Options, EngineApp.Polling());

        response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        response.Content.Headers.Allow.ShouldBe(["GET", "POST", "OPTIONS"]);
    }

    [Fact]
    public async Task PolicyOfTheHost_CountsToo_AndIsNotRepeated()
    {
        await using var app = await EngineApp.StartAsync(
            configure: b => b.Services.AddCors(),
            before: a => a.UseCors(),
            conventions: e => e.RequireCors(policy => policy.WithOrigins(Page).AllowCredentials()));

        using var response = await app.AskAsync(HttpMethod.Get, EngineApp.Polling(), null, ("Origin", Page));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Page]);
        response.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
        await using var peer = await app.OpenWebSocketAsync(null, $"Origin: {Page}");
        await app.RefusesAsync(HttpMethod.Get, EngineApp.Polling(), 4, "Forbidden", null, ("Origin", "https://evil.example"));
    }
}
