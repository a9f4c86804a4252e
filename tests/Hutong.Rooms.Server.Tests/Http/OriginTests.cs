using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server.Http;

/// <summary>Which pages may make requests: those that may open a WebSocket.</summary>
public class OriginTests
{
    [Fact]
    public async Task Requests_OfAnotherOrigin_AreRefusedAndShownToNoPage()
    {
        await using var app = await RoomsApp.StartAsync();
        foreach (string path in (string[])["/sse", "/stream", "/poll", "/rooms/chat:1"])
        {
            foreach (string origin in (string[])["http://evil.example", "null", $"https://127.0.0.1:{app.App.Port}"])
            {
                using var refused = await app.AskAsync(HttpMethod.Get, path, body: null, ("Origin", origin));
                refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
                (await refused.JsonAsync()).GetProperty("code").GetString().ShouldBe("origin_not_allowed");
                refused.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            }

            // An image or a script of another site names no origin.
            using var embedded = await app.AskAsync(HttpMethod.Get, path, body: null, ("Sec-Fetch-Site", "cross-site"));
            embedded.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
        }

        using var post = await app.AskAsync(HttpMethod.Post, "/send", "{}", ("Origin", "http://evil.example"));
        post.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        app.Graph.SessionCount.ShouldBe(0);
    }

    [Fact]
    public async Task Requests_OfTheSameOriginOrOfPrograms_AreServed()
    {
        await using var app = await RoomsApp.StartAsync();
        foreach (var header in ((string, string)[])[("Origin", $"http://127.0.0.1:{app.App.Port}"), ("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "none"), ("X-Nothing", "1")])
        {
            using var response = await app.AskAsync(HttpMethod.Get, "/poll", body: null, header);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Requests_OfAnAllowedOrigin_AreToldSoAsCorsHasIt()
    {
        await using var app = await RoomsApp.StartAsync(options: new() { AllowedOrigins = ["http://localhost:3000"] });
        using (var response = await app.AskAsync(HttpMethod.Get, "/poll", body: null, ("Origin", "http://localhost:3000")))
        {
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["http://localhost:3000"]);
            response.Headers.GetValues("Access-Control-Allow-Credentials").ShouldBe(["true"]);
            response.Headers.Vary.ShouldContain(v => v == "Origin");
        }

        using var preflight = await app.AskAsync(
            HttpMethod.Options, "/send", body: null, ("Origin", "http://localhost:3000"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "hutong-session"));
        preflight.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        preflight.Headers.GetValues("Access-Control-Allow-Methods").ShouldBe(["POST"]);
        preflight.Headers.GetValues("Access-Control-Allow-Headers").Single().ShouldContain("Hutong-Session");
        using var evil = await app.AskAsync(HttpMethod.Options, "/send", body: null, ("Origin", "http://evil.example"), ("Access-Control-Request-Method", "POST"));
        evil.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        evil.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task Requests_UnderTheHostsOwnCors_AreToldSoOnce()
    {
        await using var app = await RoomsApp.StartAsync(
            configure: b => b.Services.AddCors(c => c.AddDefaultPolicy(p => p.WithOrigins("http://pages.example").AllowCredentials())),
            before: a => a.UseCors(),
            conventions: e => e.RequireCors(p => p.WithOrigins("http://pages.example").AllowCredentials()));
        using var response = await app.AskAsync(HttpMethod.Get, "/poll", body: null, ("Origin", "http://pages.example"));
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["http://pages.example"]);
        using var other = await app.AskAsync(HttpMethod.Get, "/poll", body: null, ("Origin", "http://evil.example"));
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }
}
