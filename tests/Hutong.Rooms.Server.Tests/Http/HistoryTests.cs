using System.Net;
using System.Security.Claims;
using Microsoft.Extensions.DependencyInjection;

namespace Hutong.Rooms.Server.Http;

/// <summary>Plain polling of a room, and publishing by other services.</summary>
public class HistoryTests
{
    [Fact]
    public async Task Get_ARoom_GivesItsHistoryAndATag()
    {
        await using var app = await RoomsApp.StartAsync();
        await app.PublishAsync([1, 2, 3]);
        using var response = await app.AskAsync(HttpMethod.Get, "/rooms/chat:1");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Headers.CacheControl!.Private.ShouldBeTrue();
        var page = await response.JsonAsync();
        page.GetProperty("publications").EnumerateArray().Select(p => p.Payload().GetInt32()).ShouldBe([1, 2, 3]);
        string position = $"{page.GetProperty("epoch").GetString()}:{page.GetProperty("offset").GetInt64()}";
        string tag = response.Headers.ETag!.Tag;
        tag.ShouldBe($"\"{position}\"");

        using (var unchanged = await app.AskAsync(HttpMethod.Get, "/rooms/chat:1", body: null, ("If-None-Match", tag)))
        {
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
            unchanged.Headers.ETag!.Tag.ShouldBe(tag);
        }

        await app.PublishAsync(4);
        using var changed = await app.AskAsync(HttpMethod.Get, $"/rooms/chat:1?since={position}", body: null, ("If-None-Match", tag));
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
        page = await changed.JsonAsync();
        page.GetProperty("complete").GetBoolean().ShouldBeTrue();
        page.GetProperty("publications").EnumerateArray().Select(p => p.Payload().GetInt32()).ShouldBe([4]);
    }

    [Fact]
    public async Task Get_ARoom_AsksTheHandlersAndLeavesNoSession()
    {
        var seen = new List<string>();
        await using var app = await RoomsApp.StartAsync(r => r
            .OnJoin("chat:secret", c => c.Refuse("members only"))
            .OnJoin("chat:*", c => seen.Add(c.Room))
            .OnDisconnect(c =>
            {
                seen.Add("disconnect");
                return default;
            }));
        await app.AskAsync(HttpMethod.Get, "/rooms/chat:secret").ShouldBeProblemAsync(HttpStatusCode.Forbidden, "join_refused");
        using (var response = await app.AskAsync(HttpMethod.Get, "/rooms/chat:a%2Fb"))
            (await response.JsonAsync()).GetProperty("room").GetString().ShouldBe("chat:a/b");
        seen.ShouldBe(["chat:a/b"]);
        app.Graph.SessionCount.ShouldBe(0);
        app.Graph.RoomCount.ShouldBe(0);
    }

    [Theory]
    [InlineData("/rooms/nowhere", HttpStatusCode.NotFound, "unknown_room")]
    [InlineData("/rooms/", HttpStatusCode.NotFound, "unknown_room")]
    [InlineData("/rooms/bare", HttpStatusCode.Forbidden, "history_denied")]
    [InlineData("/rooms/chat:1?since=x", HttpStatusCode.BadRequest, "invalid_since")]
    [InlineData("/rooms/chat:1?limit=0", HttpStatusCode.BadRequest, "invalid_request")]
    public async Task Get_WhatIsWrong_IsAProblem(string path, HttpStatusCode status, string code)
    {
        await using var app = await RoomsApp.StartAsync(r => r.Map("bare"));
        await app.AskAsync(HttpMethod.Get, path).ShouldBeProblemAsync(status, code);
    }

    [Fact]
    public async Task Publish_ByAServiceThatMay_ReachesTheRoomOnce()
    {
        await using var app = await RoomsApp.StartAsync(
            options: new() { Http = new() { PublishPolicy = "services" } },
            configure: b =>
            {
                b.Services.AddAuthentication("test").AddScheme<Microsoft.AspNetCore.Authentication.AuthenticationSchemeOptions, Auth.HeaderAuthentication>("test", null);
                b.Services.AddAuthorizationBuilder().AddPolicy("services", p => p.RequireClaim(ClaimTypes.NameIdentifier, "billing"));
            });
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        const string Body = """{"type":"n","id":"invoice-1","payload":17}""";
        using (var nobody = await app.AskAsync(HttpMethod.Post, "/rooms/chat:1", Body))
            nobody.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        using (var other = await app.AskAsync(HttpMethod.Post, "/rooms/chat:1", Body, ("X-User", "ada")))
            other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        for (int i = 0; i < 2; i++)
        {
            using var response = await app.AskAsync(HttpMethod.Post, "/rooms/chat:1", Body, ("X-User", "billing"));
            (await response.JsonAsync()).GetProperty("offset").GetInt64().ShouldBe(1, "the second is the first one repeated");
        }

        await app.PublishAsync(18);
        (await sse.ReadNumbersAsync(2)).ShouldBe([17, 18]);
        await app.AskAsync(HttpMethod.Post, "/rooms/nowhere", Body, ("X-User", "billing")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_room");
        await app.AskAsync(HttpMethod.Post, "/rooms/chat:1", """{"type":"ack"}""", ("X-User", "billing")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "unknown_type");
        await app.AskAsync(HttpMethod.Post, "/rooms/chat:1", "{", ("X-User", "billing")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
    }
}
