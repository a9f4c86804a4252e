using Hutong.Protocol;

namespace Hutong.Connections;

public class WebSocketConnectionCloseTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_PeerAnswers_IsClean(Role role) => Bench.Run(role, async b =>
    {
        var closing = b.Connection.CloseAsync(CloseCode.GoingAway, "bye");
        b.Connection.State.ShouldBe(ReadyState.Closing);
        await b.Peer.ExpectCloseAsync(1001, "bye");
        await b.Peer.SendCloseAsync(1001, "too");
        if (role == Role.Server)
            await b.Peer.ExpectEndAsync();
        await b.Peer.CompleteAsync();
        var result = await closing;
        result.ShouldBe(new CloseResult(CloseCode.GoingAway, "too", WasClean: true, Error: null));
        b.Connection.State.ShouldBe(ReadyState.Closed);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerCloses_NobodyReads_EchoesTheCode(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        await b.Peer.SendCloseAsync(4001, "done");
        await b.Peer.ExpectCloseAsync(4001, "");
        if (role == Role.Server)
            await b.Peer.ExpectEndAsync();
        await b.Peer.CompleteAsync();
        (await b.Connection.Closed).ShouldBe(new CloseResult((CloseCode)4001, "done", WasClean: true, Error: null));
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerCloses_WithoutCode_Reports1005(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        await b.Peer.SendCloseAsync(null);
        await b.Peer.ExpectCloseAsync(null);
        await b.Peer.CompleteAsync();
        (await b.Connection.Closed).ShouldBe(new CloseResult(CloseCode.NoStatus, "", WasClean: true, Error: null));
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_BothAtOnce_IsClean(Role role) => Bench.Run(role, async b =>
    {
        var send = b.Peer.SendCloseAsync(3000);
        var closing = b.Connection.CloseAsync((CloseCode)3001);
        await send;
        // Either order: ours went first, or the peer's arrived first and was echoed.
        ((int)(await b.Peer.ReadFrameAsync()).CloseCode!).ShouldBeOneOf(3000, 3001);
        await b.Peer.CompleteAsync();
        (await closing).ShouldBe(new CloseResult((CloseCode)3000, "", WasClean: true, Error: null));
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_PeerNeverAnswers_CutAfterTimeout(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        var result = await b.Connection.CloseAsync();
        result.ShouldBe(new CloseResult(CloseCode.Abnormal, "", WasClean: false, ConnectionError.CloseTimeout));
        b.Since(start).ShouldBeInRange(5000, 5200);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_PeerAnswersButKeepsTcp_CutAfterTimeoutAndClean(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        var closing = b.Connection.CloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.SendCloseAsync();
        (await closing).ShouldBe(new CloseResult(CloseCode.Normal, "", WasClean: true, Error: null));
        b.Since(start).ShouldBeInRange(5000, 5300);
    });

    [Fact]
    public void Client_BothCloseFramesSent_WaitsForTheServerToEnd() => Bench.Run(Role.Client, async b =>
    {
        var closing = b.Connection.CloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.SendCloseAsync();
        var end = b.Peer.ExpectEndAsync();
        await b.Wait(3);
        end.IsCompleted.ShouldBeFalse();
        closing.IsCompleted.ShouldBeFalse();
        await b.Peer.CompleteAsync();
        await end;
        (await closing).WasClean.ShouldBeTrue();
    });

    [Fact]
    public void Server_BothCloseFramesSent_EndsFirst() => Bench.Run(Role.Server, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        await b.Peer.SendCloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.ExpectEndAsync();
        b.Since(start).ShouldBe(0);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerEnds_WithoutCloseFrame_IsConnectionLost(Role role) => Bench.Run(role, async b =>
    {
        var calls = new List<string>();
        b.Connection.OnError = (_, e) => calls.Add(e.Code);
        b.Connection.OnClose = (_, r) => calls.Add(((int)r.Code).ToString());
        b.Connection.Start();
        await b.Peer.CompleteAsync();
        await b.Peer.ExpectEndAsync();
        (await b.Connection.Closed).ShouldBe(new CloseResult(CloseCode.Abnormal, "", WasClean: false, ConnectionError.ConnectionLost));
        calls.ShouldBe(["connection_lost", "1006"]);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerEnds_RightBehindItsCloseFrame_IsClean(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        await b.Peer.SendTextAsync("unread");
        await b.Peer.SendCloseAsync();
        await b.Peer.CompleteAsync();
        await b.Peer.ExpectCloseAsync(1000);
        (await b.Connection.Closed).WasClean.ShouldBeTrue();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerResets_Always_IsConnectionLostWithTheCause(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        b.PeerPipe.Reset();
        var result = await b.Connection.Closed;
        result.Error!.Code.ShouldBe("connection_lost");
        result.Code.ShouldBe(CloseCode.Abnormal);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerSends_AfterItsCloseFrame_IsIgnored(Role role) => Bench.Run(role, async b =>
    {
        var reading = b.ReadTexts();
        await b.Peer.SendTextAsync("before");
        await b.Peer.SendCloseAsync();
        await b.Peer.SendTextAsync("after");
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.CompleteAsync();
        (await reading).ShouldBe(["before"]);
        (await b.Connection.Closed).WasClean.ShouldBeTrue();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_MessagesStillCome_AreDelivered(Role role) => Bench.Run(role, async b =>
    {
        var reading = b.ReadTexts();
        var closing = b.Connection.CloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.SendTextAsync("late");
        await b.Peer.SendCloseAsync();
        await b.Peer.CompleteAsync();
        (await reading).ShouldBe(["late"]);
        (await closing).WasClean.ShouldBeTrue();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_Twice_WaitsForTheSameEnd(Role role) => Bench.Run(role, async b =>
    {
        var first = b.Connection.CloseAsync();
        var second = b.Connection.CloseAsync(CloseCode.GoingAway, "other");
        await b.FinishClosing(1000);
        (await first).ShouldBeSameAs(await second);
        (await b.Connection.CloseAsync()).ShouldBeSameAs(await first);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void DisposeAsync_Open_ClosesWith1000(Role role) => Bench.Run(role, async b =>
    {
        var disposing = b.Connection.DisposeAsync();
        await b.FinishClosing(1000);
        await disposing;
        await b.Connection.DisposeAsync();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_Codes_ByRole(Role role) => Bench.Run(role, b =>
    {
        foreach (int code in (int[])[0, 999, 1004, 1006, 1015, 1016, 2999, 5000])
            Should.Throw<ArgumentOutOfRangeException>(() => { _ = b.Connection.CloseAsync((CloseCode)code); });
        if (role == Role.Server)
            Should.Throw<ArgumentOutOfRangeException>(() => { _ = b.Connection.CloseAsync(CloseCode.MandatoryExtension); });
        Should.Throw<ArgumentException>(() => { _ = b.Connection.CloseAsync(CloseCode.Normal, new string('é', 62)); });
        Should.Throw<ArgumentException>(() => { _ = b.Connection.CloseAsync(CloseCode.NoStatus, "reason"); });
        b.Connection.IsOpen.ShouldBeTrue();
        return Task.CompletedTask;
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_EveryCodeOfTheRole_TravelsAsItIs(Role role)
    {
        foreach (ushort code in (ushort[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999])
        {
            if (code == 1010 && role == Role.Server)
                continue;
            Bench.Run(role, async b =>
            {
                var closing = b.Connection.CloseAsync((CloseCode)code, new string('r', 123));
                await b.FinishClosing(code, answer: code);
                (await closing).Code.ShouldBe((CloseCode)code);
            }, seeds: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PeerCloses_QueueIsFullAndNobodyReads_StillEndsAtOnce(Role role) => Bench.Run(role, async b =>
    {
        long start = b.Time.GetTimestamp();
        b.Connection.Start();
        // Exactly enough to pause, with the close frame in the same delivery.
        await b.Peer.SendFrameAsync(2, new byte[2000]);
        await b.Peer.SendCloseAsync();
        await b.Peer.ExpectCloseAsync(1000);
        await b.Peer.CompleteAsync();
        (await b.Connection.Closed).WasClean.ShouldBeTrue();
        b.Since(start).ShouldBeLessThan(1300);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, ReceiveQueueLimit = 1000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void CloseAsync_PausedForAFullQueue_FindsThePeersCloseFrame(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        for (int i = 0; i < 20; i++)
            await b.Peer.SendFrameAsync(2, new byte[1000]);
        var closing = b.Connection.CloseAsync();
        await b.FinishClosing(1000);
        (await closing).WasClean.ShouldBeTrue();
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, ReceiveQueueLimit = 3000 });
}
