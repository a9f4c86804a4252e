using Hutong.Protocol;

namespace Hutong.Connections;

public class WebSocketConnectionSendTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public async Task SendAsync_FromManyThreads_KeepsTheOrderOfEach(Role role)
    {
        const int Threads = 8;
        const int Each = 500;
        await using var live = new LivePair();
        var (from, to) = role == Role.Client ? (live.Client, live.Server) : (live.Server, live.Client);
        from.Start();
        var senders = Enumerable.Range(0, Threads).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
            {
                string text = $"{t}:{i}:{new string('x', (t * 700) + i)}";
                // Each kind of send, mixed.
                if (i % 3 == 0)
                    await from.SendAsync(text);
                else if (i % 3 == 1)
                    await from.SendAsync(PreparedMessage.Text(text));
                else
                    await from.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), MessageType.Text);
                if (i % 100 == 0)
                    await from.PingAsync();
            }
        })).ToArray();
        int[] next = new int[Threads];
        int count = 0;
        await foreach (var message in to.ReadAllAsync())
        {
            string[] parts = message.Text.Split(':');
            int thread = int.Parse(parts[0]);
            int.Parse(parts[1]).ShouldBe(next[thread]++);
            parts[2].Length.ShouldBe((thread * 700) + next[thread] - 1);
            if (++count == Threads * Each)
                break;
        }

        await Task.WhenAll(senders);
        to.Statistics.MessagesReceived.ShouldBe(from.Statistics.MessagesSent);
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void TrySendSeveral_WithoutRoomForAll_SendsNone(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        b.Pipe.Pause();
        b.Connection.TrySend(new byte[100_000]).ShouldBeTrue();
        var large = PreparedMessage.Binary(new byte[100_000]);
        b.Connection.TrySend([PreparedMessage.Text("a"), large]).ShouldBeFalse();
        b.Connection.BufferedAmount.ShouldBe(100_000);
        b.Connection.TrySend([PreparedMessage.Text("a"), PreparedMessage.Text("b")]).ShouldBeTrue();
        b.Connection.BufferedAmount.ShouldBe(100_002);
        b.Connection.Statistics.MessagesDropped.ShouldBe(1);
        b.Pipe.Resume();
        (await b.Peer.ExpectFrameAsync(2)).Payload.Length.ShouldBe(100_000);
        await b.Peer.ExpectTextAsync("a");
        await b.Peer.ExpectTextAsync("b");
        b.Connection.Abort();
        b.Connection.TrySend([PreparedMessage.Text("c")]).ShouldBeFalse();
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 150_000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void SendAsync_WaitPolicy_FifoAndCancellationLeavesTheOthers(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        b.Pipe.Pause();
        // One message above the limit is taken by an empty queue.
        b.Connection.SendAsync(new byte[100_000]).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        b.Connection.TrySend("full").ShouldBeFalse();
        using var cancellation = new CancellationTokenSource();
        var sends = new List<Task>();
        for (int i = 0; i < 10; i++)
            sends.Add(b.Connection.SendAsync($"{i}", i == 4 ? cancellation.Token : default).AsTask());
        sends.ShouldAllBe(s => !s.IsCompleted);
        b.Connection.BufferedAmount.ShouldBe(100_010);
#pragma warning disable CA1849, MA0042 // CancelAsync would leave the simulation.
        cancellation.Cancel();
#pragma warning restore CA1849, MA0042
        b.Connection.BufferedAmount.ShouldBe(100_009);
        b.Pipe.Resume();
        (await b.Peer.ExpectFrameAsync(2)).Payload.Length.ShouldBe(100_000);
        foreach (int i in (int[])[0, 1, 2, 3, 5, 6, 7, 8, 9])
        {
            await b.Peer.ExpectTextAsync($"{i}");
            await sends[i];
        }

        await b.Wait(1);
        b.Connection.BufferedAmount.ShouldBe(0);
        b.Connection.Statistics.MessagesSent.ShouldBe(10);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 1000 });

    [Fact]
    public async Task SendAsync_CancelledWhileWaiting_IsCancelledAndUnsent()
    {
        await using var live = new LivePair(server: new ConnectionOptions { SendQueueLimit = 1000 });
        live.ServerPipe.Pause();
        live.Server.Start();
        await live.Server.SendAsync(new byte[200_000]);
        using var cancellation = new CancellationTokenSource();
        var waiting = live.Server.SendAsync("unsent", cancellation.Token).AsTask();
        var after = live.Server.SendAsync("sent").AsTask();
        await cancellation.CancelAsync();
        (await Should.ThrowAsync<OperationCanceledException>(waiting)).CancellationToken.ShouldBe(cancellation.Token);
        live.Server.SendAsync("never", new CancellationToken(canceled: true)).AsTask().IsCanceled.ShouldBeTrue();
        live.ServerPipe.Resume();
        var got = new List<string>();
        await foreach (var message in live.Client.ReadAllAsync())
        {
            got.Add(message.IsText ? message.Text : "bytes");
            if (got.Count == 2)
                break;
        }

        await after;
        got.ShouldBe(["bytes", "sent"]);
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void SendAsync_DropPolicy_DropsAndCounts(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        b.Pipe.Pause();
        await b.Connection.SendAsync(new byte[100_000]);
        b.Connection.SendAsync("dropped").AsTask().IsCompletedSuccessfully.ShouldBeTrue();
        b.Connection.TrySend("dropped").ShouldBeFalse();
        b.Connection.Statistics.MessagesDropped.ShouldBe(2);
        b.Connection.Statistics.MessagesSent.ShouldBe(1);
        b.Pipe.Resume();
        await b.Peer.ReadFrameAsync();
        await b.Wait(1);
        await b.Connection.SendAsync("sent");
        await b.Peer.ExpectTextAsync("sent");
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 1000, SendQueuePolicy = SendQueuePolicy.Drop });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void TrySend_DisconnectPolicy_ClosesWith3008(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        b.Pipe.Pause();
        await b.Connection.SendAsync(new byte[100_000]);
        b.Connection.TrySend("too much").ShouldBeFalse();
        b.Connection.IsOpen.ShouldBeFalse();
        b.Connection.TrySend("late").ShouldBeFalse();
        b.Pipe.Resume();
        await b.Peer.ReadFrameAsync();
        var result = await b.FinishClosing(3008);
        result.WasClean.ShouldBeTrue();
        result.Error.ShouldBe(ConnectionError.SlowConsumer);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 1000, SendQueuePolicy = SendQueuePolicy.Disconnect });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PreparedMessage_SentTwice_ClientMasksAfresh(Role role) => Bench.Run(role, async b =>
    {
        var message = PreparedMessage.Text("shared \ud800");
        b.Connection.Start();
        var keys = new HashSet<uint?>();
        for (int i = 0; i < 3; i++)
        {
            b.Connection.TrySend(message).ShouldBeTrue();
            var frame = await b.Peer.ExpectTextAsync("shared \ufffd");
            keys.Add(frame.MaskKey);
        }

        keys.Count.ShouldBe(role == Role.Client ? 3 : 1);
        message.Data.ToArray().ShouldBe("shared \ufffd"u8.ToArray());
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void SendAsync_AfterClose_ThrowsWithCodeAndReason(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        await b.Peer.SendCloseAsync(4005, "gone");
        await b.Peer.ExpectCloseAsync(4005);
        await b.Peer.CompleteAsync();
        await b.Connection.Closed;
        foreach (var send in (Task[])[b.Connection.SendAsync("x").AsTask(), b.Connection.SendAsync(new byte[1]).AsTask(), b.Connection.SendAsync(PreparedMessage.Text("x")).AsTask()])
        {
            var error = send.Exception!.InnerException.ShouldBeOfType<ConnectionClosedException>();
            ((int)error.Code).ShouldBe(4005);
            error.Reason.ShouldBe("gone");
        }

        b.Connection.TrySend("x").ShouldBeFalse();
        b.Connection.Statistics.MessagesDropped.ShouldBe(0);
    });
}
