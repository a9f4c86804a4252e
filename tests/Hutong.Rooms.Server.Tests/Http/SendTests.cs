using System.Net;
using System.Text;

namespace Hutong.Rooms.Server.Http;

/// <summary>What clients of HTTP transports send, and what is wrong with it.</summary>
public class SendTests
{
    [Fact]
    public async Task Send_AMessage_IsAnsweredWhereTheSessionReads()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        (await app.SendAsync(sse.Token, """{"type":"say","room":"chat:1","id":7,"payload":{"a":1}}""")).ShouldBe(HttpStatusCode.Accepted);
        (await sse.ReadAsync("say")).GetProperty("offset").GetInt64().ShouldBe(1);
        (await sse.ReadAsync("ack")).GetProperty("id").GetInt32().ShouldBe(7);
        (await app.SendAsync(sse.Token, """{"type":"say","room":"chat:9","id":8}""")).ShouldBe(HttpStatusCode.Accepted);
        (await sse.ReadAsync("error")).Payload().GetProperty("code").GetString().ShouldBe("not_joined");
    }

    [Fact]
    public async Task Send_AnArray_IsHandledInOrder()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        string many = string.Join(",", Enumerable.Range(1, 50).Select(i => $$"""{"type":"n","room":"chat:1","payload":{{i}}}"""));
        (await app.SendAsync(sse.Token, $" [{many}] ")).ShouldBe(HttpStatusCode.Accepted);
        (await sse.ReadNumbersAsync(50)).ShouldBe(Enumerable.Range(1, 50));
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("[", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("[]]", HttpStatusCode.BadRequest, "invalid_json")]
    [InlineData("5", HttpStatusCode.BadRequest, "not_an_object")]
    [InlineData("{}", HttpStatusCode.BadRequest, "type_missing")]
    [InlineData("""[{"type":"n","room":"chat:1","payload":1},{"type":5}]""", HttpStatusCode.BadRequest, "invalid_type")]
    [InlineData("""[{"type":"ping"},{"type":"ping"},{"type":"ping"}]""", HttpStatusCode.RequestEntityTooLarge, "too_many_messages")]
    public async Task Send_WhatIsWrong_IsRefusedAndNothingIsDone(string body, HttpStatusCode status, string code)
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Http = new() { MaxBatch = 2 } });
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        await app.AskAsync(HttpMethod.Post, "/send", body, ("Hutong-Session", sse.Token)).ShouldBeProblemAsync(status, code);
        await app.PublishAsync(99);
        (await sse.ReadNumbersAsync(1)).ShouldBe([99]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_MoreThanItMay_Is413(bool saysLength)
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Http = new() { MaxBodySize = 1000 } });
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        var request = app.Request(HttpMethod.Post, "/send", ("Hutong-Session", sse.Token));
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes($$"""{"type":"x","payload":"{{new string('x', 1000)}}"}"""));
        if (!saysLength)
            request.Headers.TransferEncodingChunked = true;
        await app.Client.SendAsync(request).ShouldBeProblemAsync(HttpStatusCode.RequestEntityTooLarge, "message_too_large");
    }

    [Fact]
    public async Task Send_WithoutASession_Is404WhateverIsWrongWithTheToken()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        foreach (string token in (string[])["", "x", sse.Token + "x", sse.Token[..^1], sse.Token.Split('.')[0] + ".x", "x." + sse.Token.Split('.')[1], new string('x', 5000)])
            await app.AskAsync(HttpMethod.Post, "/send", "{}", ("Hutong-Session", token)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_session");
        await app.AskAsync(HttpMethod.Post, "/send", "{}").ShouldBeProblemAsync(HttpStatusCode.NotFound, "unknown_session");
    }

    [Fact]
    public async Task Paths_AskedInAnotherWay_Are405()
    {
        await using var app = await RoomsApp.StartAsync();
        foreach (var (path, method, allow) in ((string, HttpMethod, string)[])
            [
                ("/send", HttpMethod.Get, "POST"), ("/sse", HttpMethod.Post, "GET"), ("/stream", HttpMethod.Put, "GET"), ("/poll", HttpMethod.Delete, "GET"),
                ("/session", HttpMethod.Get, "DELETE"), ("/tickets", HttpMethod.Get, "POST"), ("/rooms/chat:1", HttpMethod.Post, "GET"),
            ])
        {
            using var response = await app.AskAsync(method, path);
            response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed, path);
            response.Content.Headers.Allow.ShouldBe([allow], path);
        }
    }

    [Fact]
    public async Task End_ByTheClient_EndsTheSessionAtOnce()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        using (var response = await app.AskAsync(HttpMethod.Delete, "/session", body: null, ("Hutong-Session", sse.Token)))
            response.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await sse.TryReadAsync()).ShouldBeNull();
        app.Graph.SessionCount.ShouldBe(0);
        (await app.SendAsync(sse.Token, """{"type":"ping"}""")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Open_ThatTheApplicationRefuses_Is403()
    {
        await using var app = await RoomsApp.StartAsync(r => r.OnConnect(c => c.Refuse("not you")));
        foreach (string path in (string[])["/sse", "/stream", "/poll"])
            await app.AskAsync(HttpMethod.Get, path).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "session_refused");
        app.Graph.SessionCount.ShouldBe(0);
    }
}
