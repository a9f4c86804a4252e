using Hutong.Protocol;

namespace Hutong.Connections;

public class WebSocketConnectionPingTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PingAsync_PongAfterAWhile_MeasuresTheTime(Role role) => Bench.Run(role, async b =>
    {
        var ping = b.Connection.PingAsync();
        var frame = await b.Peer.ExpectFrameAsync(9);
        await b.Wait(1.25);
        await b.Peer.SendFrameAsync(10, frame.Payload);
        (await ping).ShouldBe(TimeSpan.FromSeconds(1.25));
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PingAsync_PongForALaterOne_CompletesThoseBefore(Role role) => Bench.Run(role, async b =>
    {
        var first = b.Connection.PingAsync();
        var second = b.Connection.PingAsync();
        var third = b.Connection.PingAsync();
        await b.Peer.ExpectFrameAsync(9);
        var frame = await b.Peer.ExpectFrameAsync(9);
        await b.Peer.SendFrameAsync(10, frame.Payload);
        await first;
        await second;
        third.IsCompleted.ShouldBeFalse();
        await b.Peer.SendFrameAsync(10, (await b.Peer.ExpectFrameAsync(9)).Payload);
        await third;
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PingAsync_PongsThatAnswerNothing_AreNoAnswer(Role role) => Bench.Run(role, async b =>
    {
        var seen = new List<int>();
        b.Connection.OnPong = (_, payload) => seen.Add(payload.Length);
        var ping = b.Connection.PingAsync();
        var frame = await b.Peer.ExpectFrameAsync(9);
        await b.Peer.SendFrameAsync(10);
        await b.Peer.SendFrameAsync(10, new byte[] { 0x7F, 1, 1, 1, 1, 1, 1, 1 });
        await b.Peer.SendFrameAsync(10, new byte[8]);
        await b.Peer.SendFrameAsync(10, new byte[125]);
        await b.Wait(1);
        ping.IsCompleted.ShouldBeFalse();
        await b.Peer.SendFrameAsync(10, frame.Payload);
        await ping;
        seen.ShouldBe([0, 8, 8, 125, 8]);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PingAsync_Seventeenth_Throws(Role role) => Bench.Run(role, async b =>
    {
        var pings = Enumerable.Range(0, 16).Select(_ => b.Connection.PingAsync().AsTask()).ToList();
        b.Connection.PingAsync().AsTask().Exception!.InnerException.ShouldBeOfType<InvalidOperationException>();
        b.Connection.Abort();
        await b.Connection.Closed;
        pings.ShouldAllBe(p => p.IsFaulted && p.Exception!.InnerException is ConnectionClosedException);
        b.Connection.PingAsync().AsTask().Exception!.InnerException.ShouldBeOfType<ConnectionClosedException>();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerPings_Always_PongWithTheSamePayloadAndVisible(Role role) => Bench.Run(role, async b =>
    {
        var seen = new List<string>();
        b.Connection.OnPing = (_, payload) => seen.Add(System.Text.Encoding.ASCII.GetString(payload.Span));
        b.Connection.Start();
        foreach (string text in (string[])["", "a", new string('z', 125)])
        {
            byte[] payload = System.Text.Encoding.ASCII.GetBytes(text);
            await b.Peer.SendFrameAsync(9, payload);
            await b.Peer.ExpectFrameAsync(10, payload);
        }

        seen.ShouldBe(["", "a", new string('z', 125)]);
    });

    [Fact]
    public async Task PingAsync_Cancelled_GivesUpItsPlaceAndDoesNoHarm()
    {
        await using var live = new LivePair();
        live.Client.Start();
        using var cancelled = new CancellationTokenSource();
        var pings = Enumerable.Range(0, 16).Select(_ => live.Server.PingAsync(cancelled.Token).AsTask()).ToList();
        await cancelled.CancelAsync();
        foreach (var ping in pings)
        {
            // The pong may have been faster than the cancellation.
            await ((Task)ping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            ping.IsFaulted.ShouldBeFalse();
        }

        (await live.Server.PingAsync()).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
        live.Server.PingAsync(new CancellationToken(canceled: true)).AsTask().IsCanceled.ShouldBeTrue();
    }
}
