using System.Text.Json;
using System.Text.RegularExpressions;
using Hutong.Rooms;
using Hutong.Server.Tests.Support;
using Hutong.SocketIO.Tests.Support;

namespace Hutong.SocketIO.Tests;

/// <summary>Namespaces: who is let in, dynamic ones, rooms and broadcasts within them.</summary>
public partial class NamespaceTests
{
    [Fact]
    public async Task Connect_ToANamespaceThatThereIsNot_IsRefused()
    {
        using var bench = new SocketBench();
        var link = bench.Open();
        (await link.ConnectAsync("/unknown")).ShouldBe("4/unknown,{\"message\":\"Invalid namespace\"}");
        (await link.ConnectAsync()).ShouldStartWith("0{\"sid\":\"");
        link.Closed.ShouldBeNull();
    }

    [Fact]
    public async Task Connect_NotInTime_ClosesTheConnection()
    {
        using var bench = new SocketBench(new SocketIOOptions { ConnectTimeout = TimeSpan.FromSeconds(1) });
        var (connected, _) = await bench.ConnectAsync();
        var idle = bench.Open();
        var refused = bench.Open();
        await refused.ConnectAsync("/unknown");
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        idle.Closed.ShouldBe("forced close");
        refused.Closed.ShouldBe("forced close");
        connected.Closed.ShouldBeNull();
    }

    [Fact]
    public async Task Use_OfANamespace_LetsInOrRefusesWithDetails()
    {
        using var bench = new SocketBench();
        var admin = bench.Server.Of("admin");
        admin.Use(async socket =>
        {
            await Task.Yield();
            var auth = socket.Handshake.GetAuth<Dictionary<string, string>>();
            if (auth?.GetValueOrDefault("token") != "right")
                throw new ConnectErrorException("Not authorized", new { Code = 7 });
            socket.Data["user"] = "u1";
        });
        admin.Use(socket =>
        {
            if (socket.Handshake.Auth.TryGetProperty("fails", out _))
                throw new InvalidOperationException("a secret of the server's");
        });
        var users = new Recorder<object?>();
        admin.OnConnection(socket => users.Add(socket.Data["user"]));
        var link = bench.Open();
        (await link.ConnectAsync("/admin")).ShouldBe("4/admin,{\"message\":\"Not authorized\",\"data\":{\"code\":7}}");
        (await link.ConnectAsync("/admin", "{\"token\":\"wrong\"}")).ShouldStartWith("4/admin,");
        (await link.ConnectAsync("/admin", "{\"token\":\"right\",\"fails\":\"yes\"}")).ShouldBe("4/admin,{\"message\":\"The server failed\"}");
        (await link.ConnectAsync("/admin", "{\"token\":\"right\"}")).ShouldStartWith("0/admin,{\"sid\":");
        await users.WaitAsync(u => u.Count == 1, "a connection");
        users.Items.ShouldBe(["u1"]);
    }

    [Fact]
    public async Task Namespaces_OverOneConnection_KnowNothingOfEachOther()
    {
        using var bench = new SocketBench();
        bench.Server.Of("/x");
        var link = bench.Open();
        await link.ConnectAsync();
        await link.ConnectAsync("/x");
        var main = bench.Server.Sockets.Single().Value;
        var other = bench.Server.Of("/x").Sockets.Single().Value;
        main.Id.ShouldNotBe(other.Id);
        await main.JoinAsync("room");
        await bench.Server.To("room").EmitAsync("main");
        await bench.Server.Of("/x").To("room").EmitAsync("none");
        await bench.Server.Of("/x").EmitAsync("x", 1);
        await other.EmitAsync("own");
        link.Rest().ShouldBe(["2[\"main\"]", "2/x,[\"x\",1]", "2/x,[\"own\"]"]);
        await link.SendAsync("1/x,");
        await Patience.UntilAsync(() => bench.Server.Of("/x").Sockets.Count == 0, "gone");
        bench.Server.Sockets.Count.ShouldBe(1);
        (await link.ConnectAsync("/x")).ShouldStartWith("0/x,{");
    }

    [Fact]
    public async Task Connect_ToTooManyNamespaces_IsRefused()
    {
        using var bench = new SocketBench(new SocketIOOptions { MaxNamespacesPerConnection = 2 });
        bench.Server.Of(Any()).OnConnection(_ => { });
        var link = bench.Open();
        await link.ConnectAsync("/1");
        await link.ConnectAsync("/2");
        (await link.ConnectAsync("/3")).ShouldBe("4/3,{\"message\":\"Too many namespaces\"}");
    }

    [Fact]
    public async Task Of_APredicate_MakesNamespacesAndDropsEmptyOnes()
    {
        using var bench = new SocketBench(new SocketIOOptions { CleanupEmptyChildNamespaces = true, MaxChildNamespaces = 2 });
        var seen = new Recorder<string>();
        var rooms = bench.Server.Of(Any());
        rooms.Use(socket => seen.Add("use " + socket.Namespace.Name));
        rooms.OnConnection(socket => seen.Add("connection " + socket.Namespace.Name));
        bench.Server.Of(async (name, auth) =>
        {
            await Task.Yield();
            return name == "/key" && auth.ValueKind == JsonValueKind.Object && auth.TryGetProperty("key", out _);
        });
        var first = bench.Open();
        await first.ConnectAsync("/1");
        var second = bench.Open();
        (await second.ConnectAsync("/key")).ShouldContain("Invalid namespace");
        (await second.ConnectAsync("/key", "{\"key\":1}")).ShouldStartWith("0/key,");
        (await second.ConnectAsync("/2")).ShouldContain("Invalid namespace");
        seen.Items.ShouldBe(["use /1", "connection /1"]);
        await rooms.EmitAsync("all", 1);
        first.Rest().ShouldBe(["2/1,[\"all\",1]"]);
        rooms.Children.Count.ShouldBe(1);
        second.Cut();
        await Patience.UntilAsync(() => bench.Server.Namespaces.Count == 2, "one is dropped");
        var third = bench.Open();
        (await third.ConnectAsync("/2")).ShouldStartWith("0/2,");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/x")]
    public async Task Broadcasts_ReachWhoeverTheyNameOnce(string name)
    {
        using var bench = new SocketBench();
        var nsp = bench.Server.Of(name);
        var (a, socketA) = await bench.ConnectAsync(name);
        var (b, socketB) = await bench.ConnectAsync(name);
        var (c, socketC) = await bench.ConnectAsync(name);
        await socketA.JoinAsync("1", "2");
        await socketB.JoinAsync("1");
        await socketC.JoinAsync("3", "#/x", "/y#1");
        socketC.Rooms.ShouldBe([socketC.Id, "3", "#/x", "/y#1"], ignoreOrder: true);

        async Task Reaches(ValueTask emitting, string expected)
        {
            await emitting;
            string reached = "";
            foreach (var (link, letter) in (IReadOnlyList<(FakeLink, string)>)[(a, "a"), (b, "b"), (c, "c")])
            {
                var got = link.Rest();
                got.Count.ShouldBeLessThan(2);
                reached += got.Count == 1 ? letter : "";
            }

            reached.ShouldBe(expected);
        }

        await Reaches(nsp.EmitAsync("e"), "abc");
        await Reaches(nsp.To("1").EmitAsync("e"), "ab");
        await Reaches(nsp.In("1", "2").EmitAsync("e", 1, 2), "ab");
        await Reaches(nsp.To("1").To("3").Except("2").EmitAsync("e", 1), "bc");
        await Reaches(nsp.Except("1").EmitAsync("e", 1), "c");
        await Reaches(nsp.To("1").Except("2").EmitAsync("e", 1), "b");
        await Reaches(nsp.To("#/x").EmitAsync("e"), "c");
        await Reaches(nsp.To("/y#1").EmitAsync("e"), "c");
        await Reaches(nsp.To("none").EmitAsync("e"), "");
        await Reaches(nsp.To(socketB.Id).EmitAsync("e"), "b");
        await Reaches(nsp.To(socketB.Id, "1", socketC.Id).EmitAsync("e"), "abc");
        await Reaches(nsp.To("1").Except(socketB.Id).EmitAsync("e"), "a");
        await Reaches(nsp.Except(socketB.Id, socketC.Id).EmitAsync("e"), "a");
        await Reaches(socketA.Broadcast.EmitAsync("e"), "bc");
        await Reaches(socketA.To("1").EmitAsync("e"), "b");
        await Reaches(socketA.To("1", "3").EmitAsync("e"), "bc");
        await Reaches(socketA.Except("3").EmitAsync("e"), "b");
        await Reaches(socketA.To(socketB.Id).EmitAsync("e"), "b");
        await Reaches(nsp.Local.EmitAsync("e"), "abc");
        await Reaches(nsp.Local.To("1").Except("2").EmitAsync("e"), "b");
        await Reaches(socketA.Local.EmitAsync("e"), "bc");
        await socketC.JoinAsync(socketB.Id);
        await Reaches(nsp.To(socketB.Id).EmitAsync("e"), "bc");
        await socketC.LeaveAsync(socketB.Id);
        await socketA.LeaveAsync("1");
        await Reaches(nsp.To("1").EmitAsync("e"), "b");
        a.Reads = false;
        await socketA.EmitAsync("waits");
        await Reaches(nsp.Volatile.EmitAsync("e"), "bc");
        await Reaches(nsp.Volatile.To("1", "2").EmitAsync("e"), "b");
    }

    [Fact]
    public async Task EmitWithAckAsync_ToMany_CollectsTheAnswers()
    {
        using var bench = new SocketBench();
        var (a, socketA) = await bench.ConnectAsync();
        var (b, _) = await bench.ConnectAsync();
        var asked = bench.Server.Timeout(TimeSpan.FromSeconds(5)).EmitWithAckAsync<int>("q", "x");
        (await a.NextAsync()).ShouldBe("20[\"q\",\"x\"]");
        (await b.NextAsync()).ShouldBe("20[\"q\",\"x\"]");
        await b.SendAsync("30[2]");
        await a.SendAsync("30[1]");
        var answers = await asked.Soon();
        answers.Responses.ShouldBe([2, 1]);
        answers.IsComplete.ShouldBeTrue();
        var late = bench.Server.Timeout(TimeSpan.FromSeconds(5)).EmitWithAckAsync<int>("q");
        await a.NextAsync();
        await a.SendAsync("31[7]");
        await Patience.UntilAsync(() => bench.Time.NextDue <= TimeSpan.FromSeconds(5), "the timer");
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        var partly = await late.Soon();
        partly.Responses.ShouldBe([7]);
        partly.IsComplete.ShouldBeFalse();
        var one = socketA.Broadcast.EmitWithAckAsync<int>("q");
        b.Cut();
        (await one.Soon()).IsComplete.ShouldBeFalse();
        var nobody = await bench.Server.To("nobody").EmitWithAckAsync<int>("q").Soon();
        nobody.Responses.ShouldBeEmpty();
        nobody.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public async Task Sockets_FoundByRooms_AreTakenTogether()
    {
        using var bench = new SocketBench();
        var (a, socketA) = await bench.ConnectAsync();
        var (_, socketB) = await bench.ConnectAsync();
        socketA.Data["name"] = "a";
        await bench.Server.To(socketA.Id).SocketsJoinAsync("x", "y");
        var found = await bench.Server.In("x").FetchSocketsAsync();
        found.Single().Id.ShouldBe(socketA.Id);
        found.Single().Rooms.ShouldBe([socketA.Id, "x", "y"], ignoreOrder: true);
        found.Single().Data.GetProperty("name").GetString().ShouldBe("a");
        await found.Single().EmitAsync("hello", 1);
        (await a.NextAsync()).ShouldBe("2[\"hello\",1]");
        (await bench.Server.FetchSocketsAsync()).Count.ShouldBe(2);
        (await bench.Server.Except("x").FetchSocketsAsync()).Single().Id.ShouldBe(socketB.Id);
        await bench.Server.In("x").SocketsLeaveAsync("y");
        socketA.Rooms.ShouldBe([socketA.Id, "x"], ignoreOrder: true);
        await bench.Server.In("x").DisconnectSocketsAsync();
        await Patience.UntilAsync(() => bench.Server.Sockets.Count == 1, "a is gone");
        a.Rest().ShouldBe(["1"]);
        socketB.IsConnected.ShouldBeTrue();
    }

    [Fact]
    public async Task Cluster_OfThreeNodes_ActsAsOne()
    {
        using var backplane = new MemoryBackplane();
        var cluster = new MemorySocketCluster();
        using var bench = new SocketBench(backplane: backplane, cluster: cluster);
        using var second = new SocketBench(beside: bench, backplane: backplane, cluster: cluster);
        using var third = new SocketBench(beside: bench, backplane: backplane, cluster: cluster);
        var (a, socketA) = await bench.ConnectAsync();
        var (b, socketB) = await second.ConnectAsync();
        var (c, socketC) = await third.ConnectAsync();
        socketB.Data["n"] = 2;
        await bench.Server.SocketsJoinAsync("all");
        await Patience.UntilAsync(() => socketC.Rooms.Contains("all") && socketB.Rooms.Contains("all"), "joined");
        var fetched = await bench.Server.FetchSocketsAsync();
        fetched.Select(s => s.Id).ShouldBe([socketA.Id, socketB.Id, socketC.Id], ignoreOrder: true);
        fetched.Single(s => s.Id == socketB.Id).Data.GetProperty("n").GetInt32().ShouldBe(2);
        (await bench.Server.Local.FetchSocketsAsync()).Single().Id.ShouldBe(socketA.Id);
        await bench.Server.To("all").EmitAsync("e", 1, 2);
        foreach (var link in (FakeLink[])[a, b, c])
            (await link.NextAsync()).ShouldBe("2[\"e\",1,2]");
        await third.Server.To(socketA.Id).EmitAsync("you");
        (await a.NextAsync()).ShouldBe("2[\"you\"]");
        await socketA.Local.EmitAsync("nobody");
        await bench.Server.Local.EmitAsync("here");
        (await a.NextAsync()).ShouldBe("2[\"here\"]");
        var asked = bench.Server.EmitWithAckAsync<string>("q");
        (await a.NextAsync()).ShouldStartWith("2");
        foreach (var (link, answer) in (IReadOnlyList<(FakeLink, string)>)[(b, "b"), (c, "c"), (a, "a")])
        {
            string question = link == a ? "20[\"q\"]" : await link.NextAsync();
            await link.SendAsync($"3{question[1..question.IndexOf('[', StringComparison.Ordinal)]}[\"{answer}\"]");
        }

        var answers = await asked.Soon();
        answers.Responses.ShouldBe(["a", "b", "c"], ignoreOrder: true);
        answers.IsComplete.ShouldBeTrue();

        second.Server.On("ping us", (string text, SocketAck ack) => ack.Send(text + " b"));
        third.Server.Main.On("ping us", (string text) => text + " c");
        bench.Server.On("ping us", () => throw new InvalidOperationException("not to oneself"));
        (await bench.Server.ServerSideEmitWithAckAsync<string>("ping us", "hi").Soon()).ShouldBe(["hi b", "hi c"], ignoreOrder: true);
        var heard = new Recorder<string>();
        second.Server.On("tell", (string text) => heard.Add(text));
        await bench.Server.ServerSideEmitAsync("tell", "x");
        await heard.WaitAsync(h => h.Count == 1, "told");

        await bench.Server.DisconnectSocketsAsync();
        await Patience.UntilAsync(() => bench.Server.Sockets.Count + second.Server.Sockets.Count + third.Server.Sockets.Count == 0, "all gone");
    }

    [Fact]
    public void Of_ANameThatIsNone_Throws()
    {
        using var bench = new SocketBench();
        foreach (string name in (string[])["", "/a,b", "/a#b", new string('x', 300)])
            Should.Throw<ArgumentException>(() => bench.Server.Of(name));
        bench.Server.Of("a").ShouldBeSameAs(bench.Server.Of("/a"));
        bench.Server.Of("/").ShouldBeSameAs(bench.Server.Main);
    }

    [Fact]
    public async Task Limits_OfTheRooms_HoldForSockets()
    {
        using var bench = new SocketBench(roomsOptions: new RoomsOptions { MaxRoomsPerSession = 3 }, rooms: rooms => rooms.OnConnect(context =>
        {
            if (context.Session.Request is Hutong.Server.WebSocketRequest request && request.Query.ContainsKey("no"))
                context.Refuse("Not today.");
        }));
        var (_, socket) = await bench.ConnectAsync();
        await socket.JoinAsync("1", "2");
        await Should.ThrowAsync<InvalidOperationException>(socket.JoinAsync("3").AsTask());
        var refused = bench.Open("?no=1");
        (await refused.ConnectAsync()).ShouldBe("4{\"message\":\"Not today.\"}");
        refused.Closed.ShouldBeNull();
    }

    [GeneratedRegex("^/[0-9]+$", RegexOptions.None, 1000)]
    private static partial Regex Any();
}
