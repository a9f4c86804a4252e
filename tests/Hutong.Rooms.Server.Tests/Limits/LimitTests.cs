using System.Net;
using Hutong.Rooms.Server.Auth;
using Hutong.Rooms.Server.Http;
using Hutong.Server;
using Hutong.Server.Internal;
using Hutong.Server.Tests.Support;
using Hutong.Testing;

namespace Hutong.Rooms.Server.Limits;

public class LimitTests
{
    private static readonly RateLimit Three = new(1, 3);

    [Theory]
    [InlineData("websocket")]
    [InlineData("sse")]
    public async Task Messages_TooFast_AreRefusedThenTheSessionEnds(string wire)
    {
        await using var app = await RoomsApp.StartAsync(
            r => r.On("nod", _ => default), new() { Limits = new() { MessagesPerSession = new(1, 3), Tolerance = 2 } });
        await using var client = await Client.OpenAsync(app, wire);
        for (int i = 0; i < 3; i++)
            await TakenAsync();
        await RefusedAsync();
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await TakenAsync();
        await RefusedAsync();
        await RefusedAsync();
        await client.SendAsync("""{"type":"nod","id":7}""", HttpStatusCode.TooManyRequests);
        (await client.ReadCloseAsync()).ShouldBe(3010);

        async Task TakenAsync()
        {
            await client.SendAsync("""{"type":"nod","id":6}""");
            await client.ReadAsync("ack");
        }

        async Task RefusedAsync()
        {
            await client.SendAsync("""{"type":"nod","id":7}""", HttpStatusCode.TooManyRequests);
            if (wire != "websocket")
                return;
            var error = await client.ReadAsync("error");
            error.Payload().GetProperty("code").GetString().ShouldBe("rate_limited");
            error.GetProperty("id").GetInt32().ShouldBe(7);
        }
    }

    [Fact]
    public void RateBuckets_OfManyKeys_AreApartAndForgotten()
    {
        var time = new ManualTimeProvider();
        var buckets = new RateBuckets<string>(Three, most: 10, time);
        for (int i = 0; i < 3; i++)
        {
            buckets.TryTake("a").ShouldBeTrue();
            buckets.TryTake("b").ShouldBeTrue();
        }

        buckets.TryTake("a").ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        buckets.TryTake("a").ShouldBeTrue();
        buckets.TryTake("a").ShouldBeFalse();
        buckets.Count.ShouldBe(2);
        time.Advance(TimeSpan.FromSeconds(2.9));
        // Its bucket moved from one generation to the next, with what was in it.
        buckets.TryTake("a").ShouldBeTrue();
        buckets.TryTake("a").ShouldBeTrue();
        buckets.TryTake("a").ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(10));
        buckets.TryTake("c").ShouldBeTrue();
        time.Advance(TimeSpan.FromSeconds(10));
        buckets.TryTake("d").ShouldBeTrue();
        buckets.Count.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public void RateBuckets_BeyondTheirBound_ShareOne()
    {
        var buckets = new RateBuckets<int>(Three, most: 5, new ManualTimeProvider());
        for (int key = 0; key < 5; key++)
            buckets.TryTake(key).ShouldBeTrue();
        Enumerable.Range(5, 100).Count(buckets.TryTake).ShouldBe(3);
        buckets.Count.ShouldBe(5);
        buckets.TryTake(0).ShouldBeTrue("one that is known has its own");
    }

    [Fact]
    public void RateBuckets_OverAnyTimes_GiveAsManyAsTheRule()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            var time = new ManualTimeProvider();
            var buckets = new RateBuckets<int>(new RateLimit(10, 5), most: 100, time);
            // The rule itself, for each key.
            double[] level = new double[4];
            Array.Fill(level, 5);
            for (int step = 0; step < 500; step++)
            {
                int ms = random.Next(3) == 0 ? random.Next(1, 700) : 0;
                time.Advance(TimeSpan.FromMilliseconds(ms));
                for (int i = 0; i < level.Length; i++)
                    level[i] = Math.Min(5, level[i] + (ms / 100.0));
                int key = random.Next(level.Length);
                bool expected = level[key] > 0.999;
                if (expected)
                    level[key]--;
                buckets.TryTake(key).ShouldBe(expected, $"seed {seed}, step {step}, level {level[key]}");
            }
        }
    }

    [Fact]
    public async Task Open_NearTheMemorysEnd_Is503AndOpensAgain()
    {
        long used = 50;
        await using var app = await RoomsApp.StartAsync(options: new() { MeasureMemory = () => (used, 100) });
        await using var before = await SseReading.OpenAsync(app);
        await before.WelcomeAsync();
        used = 90;
        app.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (string path in (string[])["/sse", "/stream", "/poll"])
        {
            var answer = app.AskAsync(HttpMethod.Get, path);
            (await answer).Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
            await answer.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        }

        (await app.App.AskAsync(Head.Of("/rt"))).Status.ShouldBe(503);
        // Those who are in stay in.
        await app.PublishAsync(1);
        (await before.ReadNumbersAsync(1)).ShouldBe([1]);
        used = 86;
        app.Time.Advance(TimeSpan.FromSeconds(1));
        (await app.App.AskAsync(Head.Of("/rt"))).Status.ShouldBe(503, "not for a moment only");
        used = 84;
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await using var after = await app.App.OpenAsync("/rt");
        await using var sse = await SseReading.OpenAsync(app);
    }

    [Fact]
    public async Task Open_MoreThanTheServerHasPlaces_Is503UntilOneIsFree()
    {
        await using var app = await RoomsApp.StartAsync(configure: b => Microsoft.Extensions.DependencyInjection.HutongServiceCollectionExtensions.AddHutong(b.Services, new ServerOptions { MaxConnections = 2 }));
        var first = new Poller(app);
        await first.BeginAsync();
        await new Poller(app).BeginAsync();
        await app.AskAsync(HttpMethod.Get, "/poll").ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        (await app.AskAsync(HttpMethod.Delete, "/session", body: null, ("Hutong-Session", first.Token))).Dispose();
        await new Poller(app).BeginAsync();
    }

    [Fact]
    public void MemoryGuard_OfThisProcess_IsOpen()
    {
        new MemoryGuard(0.99, TimeProvider.System).IsOpen.ShouldBeTrue();
        new MemoryGuard(0.0000001, TimeProvider.System).IsOpen.ShouldBeFalse();
    }

    [Fact]
    public void Options_OutOfRange_Throw()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsLimits { MessagesPerSession = new(0, 1) }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsLimits { SessionsPerAddress = new(1, 0) }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsLimits { Tolerance = 0 }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsLimits { MaxCounted = 0 }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsLimits { DrainTime = TimeSpan.FromHours(2) }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsHttpOptions { OutboxBytes = 0 }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsHttpOptions { KeepFor = TimeSpan.Zero }.Validate());
        Should.Throw<ArgumentOutOfRangeException>(() => new RoomsAuthOptions { Timeout = TimeSpan.FromDays(2) }.Validate());
    }
}
