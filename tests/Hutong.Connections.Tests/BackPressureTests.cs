using Hutong.Protocol;

namespace Hutong.Connections;

public class BackPressureTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Echo_PeerNeverReads_TakesBoundedBytesAndGoesOnWhenItReads(Role role) => Bench.Run(role, async b =>
    {
        const int Count = 4000;
        var echo = Echo(b.Connection);
        var sending = SendMuch();
        await b.Wait(1);
        sending.IsCompleted.ShouldBeFalse();
        // Both queues and a delivery; the pipe holds the rest.
        b.Connection.Statistics.BytesReceived.ShouldBeLessThan(600_000);
        long taken = b.Connection.Statistics.BytesReceived;
        await b.Wait(10);
        b.Connection.Statistics.BytesReceived.ShouldBe(taken);
        for (int i = 0; i < Count; i++)
            BitConverter.ToInt32((await b.Peer.ExpectFrameAsync(2)).Payload.Span).ShouldBe(i);
        await sending;
        b.Connection.Abort();
        await echo;

        async Task SendMuch()
        {
            for (int i = 0; i < Count; i++)
            {
                byte[] payload = new byte[1000];
                BitConverter.TryWriteBytes(payload, i);
                await b.Peer.SendFrameAsync(2, payload);
            }
        }

        static async Task Echo(WebSocketConnection connection)
        {
            await foreach (var message in connection.ReadAllAsync())
                await connection.SendAsync(message);
        }
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 100_000 }, seeds: 2);

    [Fact]
    public void ServerEcho_WithTrySend_PausesBeforeTheQueueIsFull() => Bench.Run(Role.Server, async b =>
    {
        b.Connection.OnMessage = static (c, m) => c.TrySend(m).ShouldBeTrue();
        b.Connection.Start();
        var sending = SendMuch();
        await b.Wait(10);
        sending.IsCompleted.ShouldBeFalse();
        b.Connection.Statistics.BytesReceived.ShouldBeLessThan(400_000);
        for (int i = 0; i < 2000; i++)
            await b.Peer.ExpectFrameAsync(2);
        await sending;

        async Task SendMuch()
        {
            for (int i = 0; i < 2000; i++)
                await b.Peer.SendFrameAsync(2, new byte[1000]);
        }
    }, seeds: 2);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PingFlood_PeerNeverReads_TakesBoundedBytes(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        byte[] payload = new byte[125];
        var sending = SendMuch();
        await b.Wait(1);
        b.Connection.Statistics.BytesReceived.ShouldBeLessThan(600_000);
        sending.IsCompleted.ShouldBeFalse();
        b.Connection.Abort();
        await sending;

        async Task SendMuch()
        {
            try
            {
                for (int i = 0; i < 20_000; i++)
                    await b.Peer.SendFrameAsync(9, payload);
            }
            catch (IOException)
            {
                // Cut at the end of the test.
            }
        }
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 200_000 }, seeds: 1);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Reader_DoesNotRead_ReceivingPausesAndResumes(Role role) => Bench.Run(role, async b =>
    {
        const int Count = 2000;
        b.Connection.Start();
        var sending = SendMuch();
        await b.Wait(1);
        sending.IsCompleted.ShouldBeFalse();
        b.Connection.Statistics.BytesReceived.ShouldBeLessThan(400_000);
        int read = 0;
        await foreach (var message in b.Connection.ReadAllAsync())
        {
            BitConverter.ToInt32(message.Data.Span).ShouldBe(read++);
            if (read % 100 == 0)
                await b.Wait(0.01);
            if (read == Count)
                break;
        }

        await sending;

        async Task SendMuch()
        {
            for (int i = 0; i < Count; i++)
            {
                byte[] payload = new byte[1000];
                BitConverter.TryWriteBytes(payload, i);
                await b.Peer.SendFrameAsync(2, payload);
            }
        }
    }, seeds: 2);

    [Fact]
    public async Task BothEnds_SendMuchAtOnce_DoNotWaitForEachOther()
    {
        await using var live = new LivePair(duplex: new Hutong.Testing.InMemoryDuplexOptions { PauseWriterThreshold = 4096 });
        const int Count = 1000;
        await Task.WhenAll(Exchange(live.Client), Exchange(live.Server));

        static async Task Exchange(WebSocketConnection connection)
        {
            int received = 0;
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            connection.OnMessage = (_, _) =>
            {
                if (++received == Count)
                    done.SetResult();
            };
            connection.Start();
            for (int i = 0; i < Count; i++)
                await connection.SendAsync(new byte[3000]);
            await done.Task;
        }
    }
}
