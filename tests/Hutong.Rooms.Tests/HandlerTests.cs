using System.Text;
using System.Text.Json.Serialization;
using Hutong.Rooms.Support;

namespace Hutong.Rooms;

/// <summary>The application's handlers: what they are called for, what they may answer, and what becomes of what they throw.</summary>
public partial class HandlerTests
{
    [Fact]
    public void On_ATypedMessage_IsReadAndAnswered()
    {
        using var bench = new Bench(rooms => rooms.Map("r").On<Said>("say", async (context, said) =>
        {
            await context.PublishAsync(Payload.From(said with { Text = said.Text.ToUpperInvariant() }), type: "said");
            context.Reply(Payload.Json("true"u8.ToArray()));
        }));
        var wire = bench.OpenIn("r");
        var texts = bench.Ask(wire, """{"type":"say","id":"1","room":"r","payload":{"text":"hi"}}""");
        texts[0].ShouldContain("\"payload\":{\"text\":\"HI\"}");
        texts[1].ShouldBe("""{"type":"ack","id":"1","room":"r","payload":true}""");
        // What a page puts beside the type is read too, and without an id there is no answer.
        bench.Ask(wire, """{"type":"say","room":"r","text":"yo"}""").ShouldHaveSingleItem().ShouldContain("YO");
    }

    [Fact]
    public void On_WithTypeInfo_NeedsNoReflection()
    {
        var seen = new List<string>();
        using var bench = new Bench(rooms => rooms.On("say", Json.Default.Said, (_, said) =>
        {
            seen.Add(said.Text);
            return default;
        }));
        bench.Ask(bench.Open(), """{"type":"say","payload":{"Text":"hi"}}""").ShouldBeEmpty();
        seen.ShouldBe(["hi"]);
    }

    [Theory]
    [InlineData("""{"type":"say","id":"1","payload":3}""")]
    [InlineData("""{"type":"say","id":"1","payload":null}""")]
    [InlineData("""{"type":"say","id":"1","data":"AAAA"}""")]
    public void On_ContentThatDoesNotFit_IsInvalidPayload(string message)
    {
        using var bench = new Bench(rooms => rooms.On<Said>("say", (_, _) => default));
        bench.Ask(bench.Open(), message).ShouldHaveSingleItem().ShouldContain("\"code\":\"invalid_payload\"");
    }

    [Fact]
    public void On_WithServices_GetsThemFromAScopeOfTheMessage()
    {
        var services = new Services();
        var seen = new List<object>();
        using var bench = new Bench(rooms => rooms.On<Said, Service>("say", (context, _, service) =>
        {
            service.IsDisposed.ShouldBeFalse();
            ReferenceEquals(context.Services.GetService(typeof(Service)), service).ShouldBeTrue();
            seen.Add(service);
            return default;
        }), services: services);
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"say","text":"1"}""");
        bench.Ask(wire, """{"type":"say","text":"2"}""");
        seen.Distinct().Count().ShouldBe(2);
        seen.ShouldAllBe(s => ((Service)s).IsDisposed);
    }

    [Fact]
    public void On_Throwing_IsInternalAndTheSessionLives()
    {
        using var bench = new Bench(rooms => rooms.On("bad", _ => throw new InvalidOperationException("secret")));
        var wire = bench.Open();
        var answer = bench.Ask(wire, """{"type":"bad","id":"1"}""").ShouldHaveSingleItem();
        answer.ShouldContain("\"code\":\"internal\"");
        answer.ShouldNotContain("secret");
        bench.Logs.Errors.ShouldHaveSingleItem().ShouldContain("secret");
        bench.Logs.Clear();
        bench.Ask(wire, """{"type":"ping"}""").Count.ShouldBe(1);
    }

    [Fact]
    public void Refuse_ByAHandler_AnswersWithTheApplicationsCode()
    {
        using var bench = new Bench(rooms => rooms.On("bid", context =>
        {
            context.Refuse("too_low", "Bid more.");
            return default;
        }));
        bench.Ask(bench.Open(), """{"type":"bid","id":"1"}""").ShouldBe(["""{"type":"error","id":"1","payload":{"code":"too_low","message":"Bid more."}}"""]);
    }

    [Fact]
    public void Messages_OfOneSession_AreHandledInTheirOrder()
    {
        var gates = new Queue<TaskCompletionSource>([new(), new()]);
        var seen = new List<string>();
        using var bench = new Bench(rooms => rooms.On("say", async context =>
        {
            if (gates.TryDequeue(out var gate))
                await gate.Task;
            seen.Add(Encoding.UTF8.GetString(context.Payload.Data.Span));
        }));
        var (first, second) = (gates.First(), gates.Last());
        var wire = bench.Open();
        foreach (int i in (int[])[1, 2, 3])
            bench.Send(wire, $$"""{"type":"say","payload":{{i}}}""");
        second.SetResult();
        bench.Run();
        seen.ShouldBeEmpty();
        first.SetResult();
        bench.Run();
        seen.ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void Messages_TooManyWaiting_AreRefused()
    {
        var gate = new TaskCompletionSource();
        using var bench = new Bench(rooms => rooms.On("say", async _ => await gate.Task), new RoomsOptions { MaxWaitingMessages = 2 });
        var wire = bench.Open();
        for (int i = 0; i < 5; i++)
            bench.Send(wire, $$"""{"type":"say","id":{{i}}}""");
        wire.Texts().Select(t => t.Contains("rate_limited", StringComparison.Ordinal)).ShouldBe([true, true]);
        gate.SetResult();
        bench.Run();
        wire.Texts().Count.ShouldBe(3);
    }

    [Fact]
    public void OnConnect_Refusing_ClosesWith3503BeforeAnythingIsHandled()
    {
        using var bench = new Bench(rooms => rooms.OnConnect(context =>
        {
            if (context.Session.UserId is null)
                context.Refuse("members only");
        }));
        var wire = bench.Open();
        wire.Texts().ShouldBeEmpty();
        wire.Closed.ShouldBe((3503, "members only"));
        bench.Open("ada").Texts();
        bench.Graph.SessionCount.ShouldBe(1);
    }

    [Fact]
    public void OnJoin_AllThatMatch_MayRefuseOrChangeWhatIsShown()
    {
        var calls = new List<string>();
        using var bench = new Bench(rooms => rooms.Map("r*", new RoomOptions { Presence = true })
            .OnJoin("*", context => calls.Add($"* {context.Room}"))
            .OnJoin("r2", context => context.Refuse("full"))
            .OnJoin("r1", context => context.Info = "{\"name\":\"checked\"}"u8.ToArray()));
        var wire = bench.Open();
        bench.Ask(wire, """{"type":"join","id":"1","room":"r2"}""").ShouldBe(["""{"type":"error","id":"1","room":"r2","payload":{"code":"join_refused","message":"full"}}"""]);
        bench.Ask(wire, """{"type":"join","id":"2","room":"r1","info":{"name":"liar"}}""").Count.ShouldBe(1);
        bench.Ask(wire, """{"type":"presence","id":"3","room":"r1"}""").ShouldHaveSingleItem().ShouldContain("checked");
        calls.ShouldBe(["* r2", "* r1"]);
        wire.Session!.Rooms.ShouldBe(["r1"]);
    }

    [Fact]
    public void OnLeaveAndOnDisconnect_AreCalledOnceForEachRoomAndThenForTheSession()
    {
        var calls = new List<string>();
        using var bench = new Bench(rooms => rooms.Map("r*").OnLeave("r*", context =>
        {
            calls.Add($"leave {context.Room}");
            return default;
        }).OnDisconnect(context =>
        {
            calls.Add($"end {context.Code}");
            return default;
        }));
        var wire = bench.OpenIn("r1");
        bench.Ask(wire, """{"type":"join","room":"r2"}""");
        bench.Ask(wire, """{"type":"leave","room":"r1"}""");
        wire.End(1001);
        wire.End(1001);
        bench.Run();
        calls.ShouldBe(["leave r1", "leave r2", "end 1001"]);
        wire.Session!.IsEnded.ShouldBeTrue();
        bench.Graph.RoomCount.ShouldBe(0);
        bench.Graph.SessionCount.ShouldBe(0);
    }

    [Fact]
    public void Use_WrapsEveryHandler_OutermostFirst()
    {
        var calls = new List<string>();
        using var bench = new Bench(rooms => rooms.Map("r")
            .Use(async (context, next) =>
            {
                calls.Add($"> {context.GetType().Name}");
                await next();
                calls.Add($"< {context.GetType().Name}");
            })
            .Use((context, next) => context is MessageContext { Type: "stop" } ? default : next())
            .OnConnect(_ => calls.Add("connect"))
            .OnJoin("r", _ => calls.Add("join"))
            .On("say", _ => Note("say"))
            .On("stop", _ => Note("stop")));
        var wire = bench.OpenIn("r");
        bench.Ask(wire, """{"type":"say"}""");
        bench.Ask(wire, """{"type":"stop"}""");
        calls.ShouldBe(
        [
            "> ConnectContext", "connect", "< ConnectContext", "> JoinContext", "join", "< JoinContext", "> MessageContext", "say", "< MessageContext",
            "> MessageContext", "< MessageContext",
        ]);

        ValueTask Note(string what)
        {
            calls.Add(what);
            return default;
        }
    }

    [Fact]
    public void Use_NotLettingThrough_Refuses()
    {
        string stopped = "";
        using var bench = new Bench(rooms => rooms.Map("r").On("say", _ => default).Use((context, next) => context.GetType().Name == stopped ? default : next()));
        var wire = bench.Open();
        stopped = nameof(JoinContext);
        bench.Ask(wire, """{"type":"join","id":"1","room":"r"}""").ShouldHaveSingleItem().ShouldContain("join_refused");
        wire.Session!.Rooms.ShouldBeEmpty();
        stopped = nameof(MessageContext);
        bench.Ask(wire, """{"type":"say","id":"2"}""").ShouldHaveSingleItem().ShouldContain("forbidden");
        stopped = nameof(ConnectContext);
        var other = bench.Open();
        other.Texts().ShouldBeEmpty();
        other.Closed!.Value.Code.ShouldBe(3503);
        stopped = "";
        bench.Ask(wire, """{"type":"say","id":"2"}""").ShouldHaveSingleItem().ShouldContain("ack");
    }

    [Fact]
    public void Ended_OfASession_CancelsItsHandlers()
    {
        using var bench = new Bench(rooms => rooms.On("wait", async context =>
        {
            var cancelled = new TaskCompletionSource();
            await using (context.CancellationToken.Register(() => cancelled.SetResult()))
                await cancelled.Task;
            context.CancellationToken.ThrowIfCancellationRequested();
        }));
        var wire = bench.Open();
        bench.Send(wire, """{"type":"wait"}""");
        var ended = wire.Session!.Ended;
        wire.End();
        bench.Run();
        SpinWait.SpinUntil(() => ended.IsCancellationRequested, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        new CancellationToken(canceled: true).ShouldBe(bench.Open().Session is { } other && End(other) ? other.Ended : default);

        static bool End(Session session)
        {
            session.End(1000);
            return true;
        }
    }

    [Fact]
    public void ClientPublish_NotAllowed_IsDeniedAndTooLargeIsRefused()
    {
        using var bench = new Bench(rooms => rooms.Map("no").Map("yes", new RoomOptions { ClientPublish = true, PublishSizeLimit = 10 }));
        var wire = bench.OpenIn("no");
        bench.Ask(wire, """{"type":"said","id":"1","room":"no"}""").ShouldHaveSingleItem().ShouldContain("publish_denied");
        bench.Ask(wire, """{"type":"join","room":"yes"}""");
        bench.Ask(wire, """{"type":"said","id":"2","room":"yes","payload":"12345678"}""").Count.ShouldBe(2);
        bench.Ask(wire, """{"type":"said","id":"3","room":"yes","payload":"123456789"}""").ShouldHaveSingleItem().ShouldContain("message_too_large");
    }

    [Fact]
    public void On_ATypeOfTheProtocol_Throws()
    {
        using var bench = new Bench();
        Should.Throw<ArgumentException>(() => bench.Graph.Configure(rooms => rooms.On("join", _ => default)));
        Should.Throw<ArgumentException>(() => bench.Graph.Configure(rooms => rooms.On("a", _ => default).On("a", _ => default)));
    }

    internal sealed record Said(string Text);

    [JsonSerializable(typeof(Said))]
    internal sealed partial class Json : JsonSerializerContext;
}
