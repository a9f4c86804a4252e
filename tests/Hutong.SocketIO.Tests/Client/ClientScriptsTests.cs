using System.Net;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Internal.Client;

namespace Hutong.SocketIO.Tests.Client;

public class ClientScriptsTests
{
    private const string Version = "4.8.4";

    [Fact]
    public void Names_AreThoseOfThePackage() => ClientScripts.Names.ShouldBe(
        [
            "socket.io.esm.min.js", "socket.io.esm.min.js.map", "socket.io.js", "socket.io.js.map", "socket.io.min.js", "socket.io.min.js.map",
            "socket.io.msgpack.min.js", "socket.io.msgpack.min.js.map",
        ], ignoreOrder: true);

    [Theory]
    [InlineData("socket.io.js", "text/javascript", "Socket.IO v" + Version)]
    [InlineData("socket.io.min.js", "text/javascript", "Socket.IO v" + Version)]
    [InlineData("socket.io.esm.min.js", "text/javascript", "export{")]
    [InlineData("socket.io.msgpack.min.js", "text/javascript", "Socket.IO v" + Version)]
    [InlineData("socket.io.js.map", "application/json", "\"mappings\"")]
    [InlineData("socket.io.esm.min.js.map", "application/json", "\"mappings\"")]
    public async Task Get_AScript_IsThePackages(string name, string type, string holds)
    {
        await using var app = await StartAsync();
        using var client = Client();

        using var response = await client.GetAsync(Url(app, name), Patience.Token());

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe($"{type}; charset=utf-8");
        response.Headers.CacheControl!.ToString().ShouldBe("public, no-cache");
        response.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe(["*"]);
        string body = await response.Content.ReadAsStringAsync();
        body.ShouldContain(holds);
        response.Content.Headers.ContentLength!.Value.ShouldBeGreaterThan(30_000);
    }

    [Fact]
    public async Task Get_WithItsTag_Is304()
    {
        await using var app = await StartAsync();
        using var client = Client();
        using var first = await client.GetAsync(Url(app, "socket.io.js"), Patience.Token());
        var tag = first.Headers.ETag!;
        tag.IsWeak.ShouldBeFalse();

        foreach (var (sent, status) in ((string, HttpStatusCode)[])
        [
            (tag.ToString(), HttpStatusCode.NotModified),
            ($"\"old\", W/{tag}", HttpStatusCode.NotModified),
            ("*", HttpStatusCode.NotModified),
            ("\"old\", \"another\"", HttpStatusCode.OK),
        ])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Url(app, "socket.io.js"));
            request.Headers.TryAddWithoutValidation("If-None-Match", sent);
            using var response = await client.SendAsync(request, Patience.Token());
            response.StatusCode.ShouldBe(status, sent);
            response.Headers.ETag.ShouldBe(tag);
            (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(status == HttpStatusCode.OK ? (int)first.Content.Headers.ContentLength!.Value : 0);
        }
    }

    [Fact]
    public async Task Tags_OfDifferentScripts_Differ()
    {
        await using var app = await StartAsync();
        using var client = Client();
        var tags = new List<string>();
        foreach (string name in ClientScripts.Names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, Url(app, name));
            using var response = await client.SendAsync(request, Patience.Token());
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            response.Content.Headers.ContentLength!.Value.ShouldBeGreaterThan(30_000);
            (await response.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
            tags.Add(response.Headers.ETag!.Tag);
        }

        tags.ShouldBeUnique(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Post_IsNotAllowed()
    {
        await using var app = await StartAsync();
        using var client = Client();

        using var response = await client.PostAsync(Url(app, "socket.io.js"), null, Patience.Token());

        response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        response.Content.Headers.Allow.ShouldBe(["GET", "HEAD"]);
    }

    private static Task<TestApp> StartAsync() => TestApp.StartAsync(app => ClientScripts.Map(app, "/socket.io/"));

    private static HttpClient Client() => new();

    private static string Url(TestApp app, string name) => $"http://127.0.0.1:{app.Port}/socket.io/{name}";
}
