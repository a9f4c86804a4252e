using Hutong.Protocol;

namespace Hutong.Connections;

/// <summary>OnMessage, and the heartbeats that never reach it.</summary>
public class WebSocketConnectionHandlerTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void OnMessage_BytesAfterIt_ArePoisoned(Role role) => Bench.Run(role, async b =>
    {
        ReadOnlyMemory<byte> kept = default;
        int count = 0;
        b.Connection.OnMessage = (_, m) =>
        {
            if (count++ == 0)
                kept = m.Data;
            else if (!kept.Span.Overlaps(m.Data.Span))
                kept.ToArray().ShouldAllBe(x => x == 0xDD);
        };
        b.Connection.Start();
        await b.Peer.SendFrameAsync(2, new byte[300]);
        await b.Peer.SendFrameAsync(2, new byte[300]);
        await b.Peer.SendCloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        count.ShouldBe(2);
    });

    [Fact]
    public async Task OnMessage_SetLate_GetsTheQueuedFirstAndInOrder()
    {
        for (int round = 0; round < 50; round++)
        {
            await using var live = new LivePair();
            var got = new List<string>();
            var all = new TaskCompletionSource();
            live.Server.Start();
            live.Client.Start();
            for (int i = 0; i < 100; i++)
            {
                await live.Client.SendAsync($"{i}");
                if (i == round * 2)
                {
                    live.Server.OnMessage = (_, m) =>
                    {
                        // Never two at once: no lock.
                        got.Add(m.Text);
                        if (got.Count == 100)
                            all.SetResult();
                    };
                }
            }

            await all.Task;
            got.ShouldBe(Enumerable.Range(0, 100).Select(i => $"{i}"));
        }
    }

    [Fact]
    public async Task OnMessage_SetAfterThePeersClose_DrainsThenAnswers()
    {
        await using var live = new LivePair();
        live.Server.Start();
        await live.Client.SendAsync("a");
        await live.Client.SendAsync("b");
        var answers = ReadAll(live.Client);
        var closing = live.Client.CloseAsync();
        live.Server.OnMessage = static (c, m) => c.TrySend(m);
        // The clock stands still: if the answer to the close frame waited for it, this would not end.
        (await closing).WasClean.ShouldBeTrue();
        (await answers).ShouldBe(["a", "b"]);
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void AnswerHeartbeats_Heartbeats_AreAnsweredAndHidden(Role role) => Bench.Run(role, async b =>
    {
        long now = b.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var seen = new List<string>();
        b.Connection.OnMessage = (_, m) => seen.Add(m.Text);
        b.Connection.Start();
        foreach (var (ask, answer) in new[]
        {
            ("ping", "pong"),
            ("""{"type":"ping"}""", $$"""{"type":"pong","timestamp":{{now}}}"""),
            ("""{"type":"ping","id":"x"}""", $$"""{"type":"pong","id":"x","timestamp":{{now}}}"""),
            ("""{"id":12.5e3,"data":[{"type":"x"}],"type":"ping"}""", $$"""{"type":"pong","id":12.5e3,"timestamp":{{now}}}"""),
            ("""{"req_type":1}""", $$"""{"resp_type":1,"timestamp":{{now}}}"""),
            ("""{ "req_type":8, "req_no":"1" }""", $$"""{"resp_type":8,"req_no":"1","timestamp":{{now}}}"""),
            ("""{"type":"ping","id":{"a":1}}""", $$"""{"type":"pong","timestamp":{{now}}}"""),
        })
        {
            await b.Peer.SendTextAsync(ask);
            await b.Peer.ExpectTextAsync(answer);
        }

        // In two frames, too.
        await b.Peer.SendFrameAsync(1, "pi"u8.ToArray(), fin: false);
        await b.Peer.SendFrameAsync(0, "ng"u8.ToArray());
        await b.Peer.ExpectTextAsync("pong");
        seen.ShouldBeEmpty();
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, AnswerHeartbeats = true });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void AnswerHeartbeats_Lookalikes_ReachTheHandler(Role role) => Bench.Run(role, async b =>
    {
        string[] lookalikes =
        [
            "Ping", "ping ", "\"ping\"", """["type","ping"]""", """{"type":"ping"}x""", """{"type":"ping" """, """{"type":"pong","x":"ping"}""",
            """{"type":{"type":"ping"}}""", """{"type":["ping"]}""", """{"x":{"type":"ping"}}""", """{"type":"ping","type":"message"}""",
            """{"req_type":2}""", """{"req_type":"1"}""", """{"req_type":1.5}""", """{"req_type":{"req_type":1}}""", """{"req_type":1,"req_type":2}""",
            """{"type":"ping","id":"\ud800"}""", """{"\ud800":"ping"}""", $$"""{"type":"ping","data":"{{new string('x', 500)}}"}""",
        ];
        var seen = new List<string>();
        b.Connection.OnMessage = (_, m) => seen.Add(m.Text);
        b.Connection.Start();
        foreach (string text in lookalikes)
            await b.Peer.SendTextAsync(text);
        // As binary it is no heartbeat either.
        await b.Peer.SendFrameAsync(2, "ping"u8.ToArray());
        await b.Peer.SendCloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        seen.ShouldBe([.. lookalikes, "ping"]);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, AnswerHeartbeats = true });

    private static async Task<List<string>> ReadAll(WebSocketConnection connection)
    {
        var texts = new List<string>();
        await foreach (var message in connection.ReadAllAsync())
            texts.Add(message.Text);
        return texts;
    }
}
