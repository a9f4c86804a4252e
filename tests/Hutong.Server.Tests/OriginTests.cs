using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Server.Tests;

public class OriginTests
{
    [Theory]
    [InlineData(null, 101)]
    [InlineData("http://chat.example", 101)]
    [InlineData("http://chat.example:80", 101)]
    [InlineData("HTTP://CHAT.EXAMPLE", 101)]
    [InlineData("https://chat.example", 403)]
    [InlineData("http://chat.example:81", 403)]
    [InlineData("http://evil.example", 403)]
    [InlineData("http://chat.example.evil.example", 403)]
    [InlineData("null", 403)]
    [InlineData("", 403)]
    [InlineData("garbage", 403)]
    public async Task Origin_ByDefault_MustBeTheServersOwn(string? origin, int status)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket("/ws", Handlers.Echo));
        (await AskAsync(app, origin)).ShouldBe(status);
    }

    [Theory]
    [InlineData("http://localhost:3000", 101)]
    [InlineData("https://a.example.com", 101)]
    [InlineData("https://a.b.example.com", 101)]
    [InlineData("https://example.com", 403)]
    [InlineData("http://a.example.com", 403)]
    [InlineData("https://evilexample.com", 403)]
    [InlineData("http://localhost:3001", 403)]
    [InlineData("http://chat.example", 101)]
    [InlineData("null", 403)]
    public async Task AllowedOrigins_OneLine_AreServedBesideTheOwn(string origin, int status)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws", Handlers.Echo, new WebSocketEndpointOptions { AllowedOrigins = ["http://localhost:3000", "https://*.example.com"] }));
        (await AskAsync(app, origin)).ShouldBe(status);
    }

    [Theory]
    [InlineData("*", "https://anyone.example")]
    [InlineData("*", "null")]
    [InlineData("null", "null")]
    public async Task AllowedOrigins_WildcardAndNull_AreServed(string allowed, string origin)
    {
        await using var app = await TestApp.StartAsync(a => a.MapWebSocket(
            "/ws", Handlers.Echo, new WebSocketEndpointOptions { AllowedOrigins = [allowed] }));
        (await AskAsync(app, origin)).ShouldBe(101);
    }

    [Theory]
    [InlineData("named", "https://named.example", 101)]
    [InlineData("named", "https://default.example", 403)]
    [InlineData("inline", "https://inline.example", 101)]
    [InlineData("inline", "https://named.example", 403)]
    [InlineData("default", "https://default.example", 101)]
    [InlineData("any", "https://whoever.example", 101)]
    [InlineData("none", "https://default.example", 403)]
    [InlineData("disabled", "https://default.example", 403)]
    public async Task CorsPolicy_OnTheEndpoint_Allows(string which, string origin, int status)
    {
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.UseRouting();
                a.UseCors();
                var endpoint = a.MapWebSocket("/ws", Handlers.Echo);
                _ = which switch
                {
                    "named" => endpoint.RequireCors("named"),
                    "inline" => endpoint.RequireCors(p => p.WithOrigins("https://inline.example")),
                    "any" => endpoint.RequireCors(p => p.AllowAnyOrigin()),
                    "default" => endpoint.RequireCors(),
                    "disabled" => endpoint.WithMetadata(new Microsoft.AspNetCore.Cors.DisableCorsAttribute()),
                    _ => endpoint,
                };
            },
            b => b.Services.AddCors(cors =>
            {
                cors.AddDefaultPolicy(p => p.WithOrigins("https://default.example"));
                cors.AddPolicy("named", p => p.WithOrigins("https://named.example"));
            }));
        (await AskAsync(app, origin)).ShouldBe(status);
        (await AskAsync(app, null)).ShouldBe(101);
        (await AskAsync(app, "http://chat.example")).ShouldBe(101);
    }

    [Theory]
    [InlineData("https://chat.example", 101)]
    [InlineData("http://chat.example", 403)]
    [InlineData("http://127.0.0.1", 403)]
    public async Task Origin_BehindAProxyThatEndsTls_IsComparedWithTheProxys(string origin, int status)
    {
        await using var app = await TestApp.StartAsync(
            a =>
            {
                a.UseForwardedHeaders();
                a.MapWebSocket("/ws", Handlers.Tell(r => $"{r.Scheme} {r.Host} {r.RemoteEndPoint?.Address}"));
            },
            b => b.Services.Configure<ForwardedHeadersOptions>(f =>
                f.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost));
        await using var peer = await app.ConnectAsync();
        var answer = await peer.AskAsync(Head.Of(
            "/ws", $"Origin: {origin}", "X-Forwarded-Proto: https", "X-Forwarded-Host: chat.example", "X-Forwarded-For: 203.0.113.9"));

        answer.Status.ShouldBe(status);
        if (status == 101)
        {
            await peer.ExpectTextAsync("wss chat.example 203.0.113.9");
            await peer.CloseAsync();
        }
    }

    static async Task<int> AskAsync(TestApp app, string? origin)
    {
        var answer = await app.AskAsync(Head.Of("/ws", ["Host: chat.example", .. origin is null ? Array.Empty<string>() : [$"Origin: {origin}"]]));
        if (answer.Status == 403)
            answer.Code.ShouldBe("origin_not_allowed");
        return answer.Status;
    }
}
