using Hutong.Protocol;

namespace Hutong.Connections;

public class WebSocketConnectionKeepAliveTests
{
    private static readonly ConnectionOptions Options = new() { KeepAliveInterval = TimeSpan.FromSeconds(10), KeepAliveTimeout = TimeSpan.FromSeconds(4) };

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_Silence_PingsAfterTheInterval(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        for (int i = 1; i <= 5; i++)
        {
            // Answered at once, within the tick: that is life.
            await b.Peer.ExpectFrameAsync(9, Array.Empty<byte>());
            b.Since(start).ShouldBeInRange(i * 10_000, (i * 10_000) + (i * 200));
            await b.Peer.SendFrameAsync(10);
        }

        b.Connection.IsOpen.ShouldBeTrue();
    }, Options);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_TimeoutAboveInterval_StillPingsEveryInterval(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        for (int i = 1; i <= 3; i++)
        {
            await b.Peer.ExpectFrameAsync(9);
            b.Since(start).ShouldBeInRange(i * 5_000, (i * 5_000) + (i * 200));
            await b.Peer.SendFrameAsync(10);
        }

        var result = await b.Connection.Closed;
        result.Error.ShouldBe(ConnectionError.KeepAliveTimeout);
        b.Since(start).ShouldBeInRange(40_000, 41_000);
    }, Options with { KeepAliveInterval = TimeSpan.FromSeconds(5), KeepAliveTimeout = TimeSpan.FromSeconds(20) });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_AnyByteAfterThePing_CountsAsLife(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.OnMessage = (_, _) => { };
        b.Connection.Start();
        for (int i = 0; i < 3; i++)
        {
            await b.Peer.ExpectFrameAsync(9);
            await b.Wait(3.5);
            // One byte of a header, and its rest the next time.
            await b.Peer.SendAsync(i % 2 == 0 ? (byte)0x8A : (byte)(role == Role.Server ? 0x80 : 0));
        }

        await b.Wait(6);
        b.Connection.IsOpen.ShouldBeTrue();
    }, Options);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_DeadPeer_IsCutAfterTheTimeout(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        (await b.Connection.Closed).ShouldBe(new CloseResult(CloseCode.Abnormal, "", WasClean: false, ConnectionError.KeepAliveTimeout));
        b.Since(start).ShouldBeInRange(14_000, 14_400);
    }, Options);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_PeerTalks_NoPings(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.OnMessage = static (c, m) => c.TrySend(m);
        b.Connection.Start();
        for (int i = 0; i < 10; i++)
        {
            await b.Wait(8);
            await b.Peer.SendTextAsync("hi");
            await b.Peer.ExpectTextAsync("hi");
        }
    }, Options);

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_Off_NoPingsAndNoTimer(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        var read = b.Peer.ReadFrameAsync();
        b.Time.ActiveTimers.ShouldBe(0);
        await b.Wait(3600);
        read.IsCompleted.ShouldBeFalse();
        b.Connection.TrySend("x");
        (await read).Text.ShouldBe("x");
    }, Options with { KeepAliveInterval = TimeSpan.Zero });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_PausedByUs_IsNotDeath(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        for (int i = 0; i < 10; i++)
            await b.Peer.SendFrameAsync(2, new byte[500]);
        await b.Wait(100);
        b.Connection.IsOpen.ShouldBeTrue();
        int read = 0;
        await foreach (var message in b.Connection.ReadAllAsync())
        {
            if (++read == 10)
                break;
        }
    }, Options with { ReceiveQueueLimit = 1000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_PausedLongThenSends_IsNotStuckAtOnce(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        for (int i = 0; i < 10; i++)
            await b.Peer.SendFrameAsync(2, new byte[500]);
        await b.Wait(100);
        b.Pipe.Pause();
        b.Connection.TrySend(new byte[100_000]);
        await b.Wait(10);
        b.Connection.IsOpen.ShouldBeTrue();
        b.Pipe.Resume();
        (await b.Peer.ReadFrameAsync()).Payload.Length.ShouldBe(100_000);
    }, Options with { ReceiveQueueLimit = 1000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void KeepAlive_PeerTakesNothing_DiesOfSendTimeout(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.OnMessage = static (c, m) => c.TrySend(m);
        b.Connection.Start();
        // An hour in which this end has nothing to send is not held against the peer.
        b.Connection.OnMessage = null;
        for (int i = 0; i < 12; i++)
        {
            await b.Wait(9);
            await b.Peer.SendFrameAsync(10);
        }

        b.Connection.OnMessage = static (c, m) => c.TrySend(m);
        long start = b.Time.GetTimestamp();
        b.Pipe.Pause();
        await b.Peer.SendFrameAsync(2, new byte[150_000]);
        await b.Peer.SendFrameAsync(2, new byte[150_000]);
        (await b.Connection.Closed).Error.ShouldBe(ConnectionError.SendTimeout);
        b.Since(start).ShouldBeInRange(14_000, 14_500);
    }, Options with { SendQueueLimit = 70_000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Heartbeat_NothingSent_SendsTheMessage(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        await b.Peer.ExpectTextAsync("""{"type":"ping"}""");
        b.Since(start).ShouldBeInRange(3_000, 3_200);
        await b.Wait(2);
        b.Connection.TrySend("x");
        await b.Peer.ExpectTextAsync("x");
        await b.Peer.ExpectTextAsync("""{"type":"ping"}""");
        b.Since(start).ShouldBeInRange(8_000, 8_400);
    }, Options with { Heartbeat = new HeartbeatOptions { Interval = TimeSpan.FromSeconds(3) } });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Start_UnderSuppressedFlow_Works(Role role) => Bench.Run(role, b =>
    {
        using (ExecutionContext.SuppressFlow())
            b.Connection.Start();
        return Task.CompletedTask;
    }, Options);
}
