using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Hutong.Server.Tests.FastHandshake;

public class PlainRouteTests
{
    static readonly string[] Paths =
    [
        "/", "/chat", "/CHAT", "/chat/", "/chatter", "/cha", "/chat/room", "/chat/room/", "/Chat/ROOM/a", "/a/b/c/d/", "/a", "/a/", "/x/chat", "/chat.x", "/room/~_-.9", "/room",
    ];

    [Theory]
    [InlineData("/{**path}")]
    [InlineData("/{*path}")]
    [InlineData("/")]
    [InlineData("/chat")]
    [InlineData("/chat/")]
    [InlineData("/Chat/Room")]
    [InlineData("/chat/{room}")]
    [InlineData("/{First}/{second}")]
    [InlineData("/{a}/room/{b}")]
    [InlineData("/chat/{**rest}")]
    [InlineData("/{a}/{**rest}")]
    public async Task Matches_PlainPath_AsRoutingDoes(string pattern)
    {
        var route = PlainRoute.From(pattern).ShouldNotBeNull();
        await using var app = await TestApp.StartAsync(host => host.Map(pattern, (HttpContext context) => Results.Text(Describe(context.Request.RouteValues))));
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{app.Port}") };
        foreach (string path in Paths)
        {
            var answer = await client.GetAsync(path, Patience.Token());
            string expected = answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(Patience.Token()) : "no";
            bool matches = route.Matches(Head.Bytes(path));
            (matches ? Describe(route.ValuesOf(path)) : "no").ShouldBe(expected, $"{path} and {pattern}");
        }
    }

    [Theory]
    [InlineData("/chat/{room?}")]
    [InlineData("/chat/{room=lobby}")]
    [InlineData("/chat/{room:int}")]
    [InlineData("/chat/{a}-{b}")]
    [InlineData("/chat/x{a}")]
    public void From_PatternWithMoreToIt_IsNull(string pattern) => PlainRoute.From(pattern).ShouldBeNull();

    static string Describe(IEnumerable<KeyValuePair<string, object?>> values) =>
        "yes " + string.Join(' ', values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key}={v.Value ?? "null"}"));
}
