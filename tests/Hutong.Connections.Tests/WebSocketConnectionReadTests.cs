using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

public class WebSocketConnectionReadTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_WholeSplitAndFragmented_BothKinds(Role role)
    {
        foreach (int split in (int[])[1, 2, 3, 7, 4096])
        {
            var faults = new LinkFaults { SplitEvery = split };
            Bench.Run(role, async b =>
            {
                b.Connection.Start();
                byte[] large = new byte[5000];
                new Random(split).NextBytes(large);
                var send = SendAsync(b.Peer, large);
                var got = new List<(MessageType Type, byte[] Data)>();
                await foreach (var message in b.Connection.ReadAllAsync())
                    got.Add((message.Type, message.ToArray()));
                await send;
                got.Select(m => m.Type).ShouldBe([MessageType.Text, MessageType.Binary, MessageType.Text, MessageType.Binary, MessageType.Text]);
                got[0].Data.ShouldBe("Hello"u8.ToArray());
                got[1].Data.ShouldBe(large);
                got[2].Data.ShouldBe("añb"u8.ToArray());
                got[3].Data.ShouldBe([.. large, .. large]);
                got[4].Data.ShouldBeEmpty();
            }, duplex: new InMemoryDuplexOptions { ClientToServer = faults, ServerToClient = faults }, seeds: 2);
        }
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_EndOfStreamAbortOrError_EndsTheSequence(Role role)
    {
        foreach (int how in (int[])[0, 1, 2, 3])
        {
            Bench.Run(role, async b =>
            {
                var reading = b.ReadTexts();
                await b.Peer.SendTextAsync("one");
                await b.Wait(1);
                if (how == 0)
                    await b.Peer.CompleteAsync();
                else if (how == 1)
                    b.Connection.Abort();
                else if (how == 2)
                    await b.Peer.SendFrameAsync(5);
                else
                    b.PeerPipe.Reset();
                (await reading).ShouldBe(["one"]);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_Cancelled_LosesNothingAndMayBeginAgain(Role role) => Bench.Run(role, async b =>
    {
        var got = new List<string>();
        for (int round = 0; round < 10; round++)
        {
            using var cancellation = new CancellationTokenSource();
            var reading = ReadUntilCancelled(b.Connection, got, cancellation.Token);
            var send = b.Peer.SendTextAsync($"m{round}");
            if (b.Scheduler.Random.Next(2) == 0)
                await b.Wait(0.1);
#pragma warning disable CA1849, MA0042, VSTHRD103 // CancelAsync would leave the simulation.
            cancellation.Cancel();
#pragma warning restore CA1849, MA0042, VSTHRD103
            await reading;
            await send;
        }

        await b.Peer.CompleteAsync();
        got.AddRange(await b.ReadTexts());
        got.ShouldBe(Enumerable.Range(0, 10).Select(i => $"m{i}"));
    }, seeds: 50);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_SecondReaderOrHandler_Throws(Role role) => Bench.Run(role, async b =>
    {
        var reading = b.ReadTexts();
        Should.Throw<InvalidOperationException>(() => b.Connection.ReadAllAsync().GetAsyncEnumerator());
        Should.Throw<InvalidOperationException>(() => b.Connection.ReadChunksAsync().GetAsyncEnumerator());
        Should.Throw<InvalidOperationException>(() => b.Connection.OnMessage = (_, _) => { });
        await b.Peer.CompleteAsync();
        await reading;
        b.Connection.OnMessage = (_, _) => { };
        Should.Throw<InvalidOperationException>(() => b.Connection.ReadAllAsync().GetAsyncEnumerator());
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadChunksAsync_MessageAboveEveryLimit_ComesInPieces(Role role) => Bench.Run(role, async b =>
    {
        byte[] message = new byte[300_000];
        new Random(1).NextBytes(message);
        b.Connection.Start();
        var send = SendAndClose();
        using var whole = new MemoryStream();
        int firsts = 0;
        int lasts = 0;
        await foreach (var chunk in b.Connection.ReadChunksAsync())
        {
            chunk.Type.ShouldBe(MessageType.Binary);
            chunk.IsFirst.ShouldBe(whole.Length == 0);
            firsts += chunk.IsFirst ? 1 : 0;
            lasts += chunk.EndOfMessage ? 1 : 0;
            whole.Write(chunk.Data.Span);
        }

        await send;
        whole.ToArray().ShouldBe(message);
        (firsts, lasts).ShouldBe((1, 1));

        async Task SendAndClose()
        {
            await b.Peer.SendFrameAsync(2, message.AsMemory(0, 200_000), fin: false);
            await b.Peer.SendFrameAsync(9);
            await b.Peer.SendFrameAsync(0, message.AsMemory(200_000));
            await b.Peer.CompleteAsync();
        }
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, ReceiveQueueLimit = 10_000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_AfterReadingInPieces_Throws(Role role) => Bench.Run(role, async b =>
    {
        // Pieces may still wait, and must not come out as if they were whole messages.
        await b.Connection.ReadChunksAsync().GetAsyncEnumerator().DisposeAsync();
        Should.Throw<InvalidOperationException>(() => b.Connection.ReadAllAsync().GetAsyncEnumerator());
        Should.Throw<InvalidOperationException>(() => b.Connection.OnMessage = (_, _) => { });
        await b.Connection.ReadChunksAsync().GetAsyncEnumerator().DisposeAsync();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void ReadAllAsync_NextAskedFor_PoisonsTheLast(Role role) => Bench.Run(role, async b =>
    {
        foreach (int size in (int[])[3, 5000])
        {
            await b.Peer.SendFrameAsync(2, Enumerable.Repeat((byte)7, size).ToArray());
            await b.Peer.SendFrameAsync(2, Enumerable.Repeat((byte)8, size).ToArray());
        }

        ReadOnlyMemory<byte> last = default;
        int count = 0;
        await foreach (var message in b.Connection.ReadAllAsync())
        {
            byte expected = (byte)(7 + (count++ % 2));
            message.Data.ToArray().ShouldAllBe(x => x == expected);
            // A later message may lie in the same place.
            if (!last.IsEmpty && !last.Span.Overlaps(message.Data.Span))
                last.ToArray().ShouldNotContain((byte)7);
            last = message.Data;
            if (count == 4)
                break;
        }
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerCloses_ReaderIsBehind_ItsAnswersStillGo(Role role) => Bench.Run(role, async b =>
    {
        var echo = EchoSlowly(b, 0.1);
        long start = b.Time.GetTimestamp();
        for (int i = 0; i < 5; i++)
            await b.Peer.SendTextAsync($"m{i}");
        await b.Peer.SendCloseAsync();
        for (int i = 0; i < 5; i++)
            await b.Peer.ExpectTextAsync($"m{i}");
        await b.Peer.ExpectCloseAsync(1000);
        // As soon as the reader has come back, not at the end of the grace.
        b.Since(start).ShouldBeLessThan(550);
        await b.Peer.CompleteAsync();
        await echo;
        (await b.Connection.Closed).WasClean.ShouldBeTrue();
    }, seeds: 100);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerCloses_ReaderStaysAway_AnsweredAfterASecond(Role role) => Bench.Run(role, async b =>
    {
        var echo = EchoSlowly(b, 30);
        long start = b.Time.GetTimestamp();
        await b.Peer.SendTextAsync("m");
        await b.Peer.SendCloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        b.Since(start).ShouldBeInRange(1000, 1200);
        await b.Peer.CompleteAsync();
        (await b.Connection.Closed).WasClean.ShouldBeTrue();
        await echo;
    });

    private static async Task EchoSlowly(Bench b, double seconds)
    {
        await foreach (var message in b.Connection.ReadAllAsync())
        {
            await b.Wait(seconds);
            b.Connection.TrySend(message);
        }
    }

    private static async Task ReadUntilCancelled(WebSocketConnection connection, List<string> got, CancellationToken token)
    {
        try
        {
            await foreach (var message in connection.ReadAllAsync(token))
                got.Add(message.Text);
        }
        catch (OperationCanceledException e)
        {
            e.CancellationToken.ShouldBe(token);
        }
    }

    private static async Task SendAsync(RawPeer peer, byte[] large)
    {
        await peer.SendTextAsync("Hello");
        await peer.SendFrameAsync(2, large);
        await peer.SendFrameAsync(1, new byte[] { (byte)'a', 0xC3 }, fin: false);
        await peer.SendFrameAsync(9, "in between"u8.ToArray());
        await peer.SendFrameAsync(0, new byte[] { 0xB1 }, fin: false);
        await peer.SendFrameAsync(0, "b"u8.ToArray());
        await peer.SendFrameAsync(2, large, fin: false);
        await peer.SendFrameAsync(0, large);
        await peer.SendFrameAsync(1, fin: false);
        await peer.SendFrameAsync(0);
        await peer.SendCloseAsync();
        await peer.CompleteAsync();
    }
}
