using System.Net;
using System.Text;
using Hutong.Server.Tests.Support;

namespace Hutong.Rooms.Server.Http;

/// <summary>Server-sent events with <c>POST</c>, read by the framework's own parser.</summary>
public class SseTests
{
    [Fact]
    public async Task Sse_WithARoom_WelcomesJoinsAndGivesPublications()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        sse.Response.Headers.GetValues("X-Accel-Buffering").ShouldBe(["no"]);
        sse.Response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var welcome = await sse.ReadAsync("welcome");
        welcome.Payload().GetProperty("token").GetString()!.ShouldStartWith(welcome.Payload().GetProperty("session").GetString() + ".");
        sse.Retry.ShouldBe(TimeSpan.FromSeconds(2));
        var joined = await sse.ReadAsync("ack");
        joined.GetProperty("room").GetString().ShouldBe("chat:1");

        await app.PublishAsync([1, 2, 3]);
        (await sse.ReadNumbersAsync(3)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Sse_CutAndBackWithItsLastEventId_HasEachMessageOnce()
    {
        await using var app = await RoomsApp.StartAsync();
        string? last = null;
        var numbers = new List<int>();
        for (int round = 0; round < 5; round++)
        {
            await using var sse = await SseReading.OpenAsync(app, lastEventId: last);
            if (last is null)
                await sse.WelcomeAsync();
            numbers.AddRange(await sse.ReadNumbersAsync(round == 0 ? 0 : 3));
            await app.PublishAsync([(round * 10) + 1, (round * 10) + 2]);
            numbers.AddRange(await sse.ReadNumbersAsync(2));
            last = sse.LastEventId;
            // These come while it may be gone already.
            sse.Response.Dispose();
            await app.PublishAsync([(round * 10) + 3, (round * 10) + 4, (round * 10) + 5]);
        }

        app.Graph.SessionCount.ShouldBe(1);
        numbers.ShouldBe([1, 2, 3, 4, 5, 11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 31, 32, 33, 34, 35, 41, 42]);
    }

    [Fact]
    public async Task Sse_BackBeforeItsConnectionWasMissed_TakesTheOldOnesPlace()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var old = await SseReading.OpenAsync(app);
        await old.WelcomeAsync();
        await using var sse = await SseReading.OpenAsync(app, lastEventId: old.LastEventId);
        (await old.TryReadAsync()).ShouldBeNull();
        await app.PublishAsync(1);
        (await sse.ReadNumbersAsync(1)).ShouldBe([1]);
    }

    [Fact]
    public async Task Sse_BackTooLate_RecoversFromTheRoomsHistory()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        await app.PublishAsync([1, 2]);
        (await sse.ReadNumbersAsync(2)).ShouldBe([1, 2]);
        await sse.DisposeAsync();
        await GoneAsync(app);
        await app.PublishAsync([3, 4]);

        await using var back = await SseReading.OpenAsync(app, lastEventId: sse.LastEventId);
        (await back.ReadAsync("welcome")).Payload().GetProperty("lost").GetBoolean().ShouldBeTrue();
        var joined = (await back.ReadAsync("ack")).Payload();
        joined.GetProperty("recovered").GetBoolean().ShouldBeTrue();
        joined.GetProperty("missed").EnumerateArray().Select(m => m.Payload().GetInt32()).ShouldBe([3, 4]);
    }

    [Fact]
    public async Task Sse_OverMoreThanIsKept_IsToldThatItIsLost()
    {
        await using var app = await RoomsApp.StartAsync(options: new() { Http = new() { ReplayMessages = 3 } });
        await using var sse = await SseReading.OpenAsync(app, "?room=chat:1&room=chat:2");
        await sse.WelcomeAsync(joins: 2);
        string early = sse.LastEventId;
        await app.PublishAsync([1, 2, 3, 4, 5]);
        await sse.ReadNumbersAsync(5);

        await using var back = await SseReading.OpenAsync(app, "?room=chat:1&room=chat:2", early);
        var welcome = await back.ReadAsync("welcome");
        welcome.Payload().GetProperty("lost").GetBoolean().ShouldBeTrue();
        (await sse.TryReadAsync()).ShouldBeNull();
        await Patience.UntilAsync(() => app.Graph.SessionCount == 1, "the end of the lost session");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAA.7")]
    public async Task Sse_WithAnEventIdThatIsNoneOfOurs_BeginsAnew(string id)
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app, lastEventId: id);
        (await sse.ReadAsync("welcome")).Payload().GetProperty("lost").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Sse_WithTheRightIdAndAWrongSecret_IsNotThatSession()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        string id = sse.LastEventId;
        int at = id.IndexOf('.') + 1;
        string forged = id[..at] + (id[at] == 'A' ? 'B' : 'A') + id[(at + 1)..];
        await using var other = await SseReading.OpenAsync(app, lastEventId: forged);
        await other.ReadAsync("welcome");
        app.Graph.SessionCount.ShouldBe(2);
    }

    [Fact]
    public async Task Sse_WithNothingToSay_ShowsThatItLives()
    {
        await using var app = await RoomsApp.StartAsync();
        using var response = await app.AskAsync(HttpMethod.Get, "/sse");
        var stream = await response.Content.ReadAsStreamAsync();
        string read = "";
        byte[] buffer = new byte[1000];
        await ReadUntilAsync("\"}}\n\n");
        read.ShouldContain("keep");
        app.Time.Advance(TimeSpan.FromSeconds(15));
        await ReadUntilAsync("\n\n:\n\n");
        app.Time.Advance(TimeSpan.FromSeconds(15));
        await ReadUntilAsync("\n\n:\n\n:\n\n");

        async Task ReadUntilAsync(string end)
        {
            while (!read.EndsWith(end, StringComparison.Ordinal) && !read.EndsWith("}}\n\n" + end, StringComparison.Ordinal))
            {
                if (end.Contains("\"}}") && read.EndsWith("}}\n\n", StringComparison.Ordinal))
                    return;
                int count = await stream.ReadAsync(buffer, Patience.Token());
                count.ShouldBeGreaterThan(0);
                read += Encoding.UTF8.GetString(buffer, 0, count);
            }
        }
    }

    [Fact]
    public async Task Sse_LeftAlone_EndsItsSessionAfterAWhile()
    {
        var ended = new TaskCompletionSource<int>();
        await using var app = await RoomsApp.StartAsync(r => r.OnDisconnect(c =>
        {
            ended.SetResult(c.Code);
            return default;
        }));
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        await sse.DisposeAsync();
        await GoneAsync(app);
        (await ended.Task.Soon()).ShouldBe(3003);
        app.Time.ActiveTimers.ShouldBeLessThanOrEqualTo(2, "only the graph's own and its backplane's");
    }

    [Theory]
    [InlineData(3502, HttpStatusCode.NoContent)]
    [InlineData(3008, HttpStatusCode.OK)]
    public async Task Sse_ClosedByTheServer_EndsWithTheReasonAndComesBackOrNot(int code, HttpStatusCode afterwards)
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        await app.PublishAsync(1);
        app.Graph.Sessions.Single().Disconnect(code, "bye");
        (await sse.ReadNumbersAsync(1)).ShouldBe([1]);
        var close = (await sse.ReadAsync("close")).Payload();
        close.GetProperty("code").GetInt32().ShouldBe(code);
        close.GetProperty("reconnect").GetBoolean().ShouldBe(code < 3500);
        close.GetProperty("message").GetString().ShouldBe("bye");
        (await sse.TryReadAsync()).ShouldBeNull();

        using var response = await app.AskAsync(HttpMethod.Get, "/sse", body: null, ("Last-Event-ID", sse.LastEventId));
        response.StatusCode.ShouldBe(afterwards);
    }

    [Fact]
    public async Task Sse_OfAPayloadWithLineBreaks_IsOneEvent()
    {
        await using var app = await RoomsApp.StartAsync();
        await using var sse = await SseReading.OpenAsync(app);
        await sse.WelcomeAsync();
        await app.Rooms.Room("chat:1").PublishAsync("x", Payload.Json("{\r\n \"a\":\n\"b\\nc\"}"u8.ToArray()));
        (await sse.ReadAsync("x")).GetProperty("payload").GetRawText().ShouldBe("{   \"a\": \"b\\nc\"}");
    }

    [Fact]
    public async Task Publish_ToManyReaders_IsEncodedOnce()
    {
        await using var app = await RoomsApp.StartAsync();
        var publication = new OutgoingMessage("n", Payload.From(1));
        byte[] first = Hutong.Server.Internal.HttpDialect.Of(publication);
        for (int i = 0; i < 3; i++)
        {
            var sse = await SseReading.OpenAsync(app);
            await sse.WelcomeAsync();
        }

        foreach (var session in app.Graph.Sessions)
            session.TrySend(publication).ShouldBeTrue();
        Hutong.Server.Internal.HttpDialect.Of(publication).ShouldBeSameAs(first);
    }

    /// <summary>Waits until the server has noticed that the client is gone, and lets its time run out.</summary>
    private static async Task GoneAsync(RoomsApp app)
    {
        // The keeping begins when the request ends, which nothing announces.
        await Patience.UntilAsync(
            () =>
            {
                app.Time.Advance(TimeSpan.FromSeconds(1));
                return app.Graph.SessionCount == 0;
            },
            "the end of the session");
    }
}
