using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>What happens when the peer breaks the protocol, the handler throws, or this end cuts the connection.</summary>
public class WebSocketConnectionFailureTests
{
    public static TheoryData<Role, string, int> Violations()
    {
        var data = new TheoryData<Role, string, int>();
        foreach (var role in (Role[])[Role.Client, Role.Server])
        {
            foreach (string code in (string[])["reserved_bits", "reserved_opcode", "fragmented_control", "control_too_long", "length_not_minimal",
                "unexpected_continuation", "expected_continuation", "close_payload_length", "invalid_close_code"])
                data.Add(role, code, 1002);
            data.Add(role, role == Role.Server ? "not_masked" : "masked", 1002);
            data.Add(role, "invalid_close_reason", 1007);
            data.Add(role, "invalid_utf8", 1007);
            data.Add(role, "message_too_big", 1009);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Violations))]
    public void PeerBreaksTheProtocol_Always_GetsTheRightCloseFrame(Role role, string error, int code) => Bench.Run(role, async b =>
    {
        var reading = b.ReadTexts();
        await b.Peer.SendTextAsync("before");
        await Violate(b.Peer, error);
        var frame = await b.Peer.ExpectCloseAsync((ushort)code);
        frame.CloseReason.ShouldBe(ProtocolError.All.Single(e => e.Code == error).Message);
        // The answer to our close frame ends it, whether or not frames can still be told apart.
        await b.Peer.SendCloseAsync((ushort)code);
        await b.Peer.CompleteAsync();
        var result = await b.Connection.Closed;
        result.Error!.Code.ShouldBe(error);
        result.WasClean.ShouldBeFalse();
        (await reading).ShouldBe(["before"]);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, MaxMessageSize = 1000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void FramingError_PeerSendsOn_LingersHalfASecondThenEnds(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        long start = b.Time.GetTimestamp();
        await Violate(b.Peer, "reserved_opcode");
        await b.Peer.ExpectCloseAsync(1002);
        await b.Peer.SendAsync(new byte[50_000]);
        await b.Peer.ExpectEndAsync();
        b.Since(start).ShouldBeInRange(500, 700);
        await b.Peer.CompleteAsync();
        (await b.Connection.Closed).Error!.Code.ShouldBe("reserved_opcode");
        b.Since(start).ShouldBeInRange(500, 700);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void FramingError_PeerAnswersTheCloseFrame_EndsAtOnce(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        long start = b.Time.GetTimestamp();
        await Violate(b.Peer, "reserved_opcode");
        await b.Peer.ExpectCloseAsync(1002);
        await b.Peer.SendCloseAsync(1002);
        await b.Peer.ExpectEndAsync();
        b.Since(start).ShouldBe(0);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void FramingError_PeerNeverEnds_CutAfterTheCloseTimeoutToo(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        long start = b.Time.GetTimestamp();
        await Violate(b.Peer, "reserved_opcode");
        (await b.Connection.Closed).Error!.Code.ShouldBe("reserved_opcode");
        b.Since(start).ShouldBeInRange(5500, 5900);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void PayloadError_PeerSendsOnBeforeItsCloseFrame_IsFound(Role role) => Bench.Run(role, async b =>
    {
        var reading = b.ReadTexts();
        await Violate(b.Peer, "invalid_utf8");
        await b.Peer.SendTextAsync("ignored");
        await b.Peer.ExpectCloseAsync(1007);
        await b.Peer.SendCloseAsync(1000, "sorry");
        if (role == Role.Server)
            await b.Peer.ExpectEndAsync();
        await b.Peer.CompleteAsync();
        var result = await b.Connection.Closed;
        result.Code.ShouldBe(CloseCode.Normal);
        result.Reason.ShouldBe("sorry");
        result.Error!.Code.ShouldBe("invalid_utf8");
        (await reading).ShouldBeEmpty();
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void OnMessage_Throws_ClosesWith1011AndSaysNothingAboutIt(Role role) => Bench.Run(role, async b =>
    {
        var errors = new List<ConnectionError>();
        b.Connection.OnError = (_, e) => errors.Add(e);
        b.Connection.OnMessage = (_, _) => throw new InvalidOperationException("secret");
        b.Connection.Start();
        await b.Peer.SendTextAsync("x");
        (await b.Peer.ExpectCloseAsync(1011)).CloseReason.ShouldBe("");
        await b.Peer.SendCloseAsync(1011);
        await b.Peer.CompleteAsync();
        var result = await b.Connection.Closed;
        result.WasClean.ShouldBeTrue();
        result.Error!.Code.ShouldBe("handler_failed");
        result.Error.Exception!.Message.ShouldBe("secret");
        errors.ShouldBe([result.Error]);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void OnPing_Throws_ClosesWith1011(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.OnPing = (_, _) => throw new InvalidOperationException("secret");
        b.Connection.Start();
        await b.Peer.SendFrameAsync(9);
        await b.Peer.ExpectFrameAsync(10);
        (await b.FinishClosing(1011)).Error!.Code.ShouldBe("handler_failed");
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void OnClose_Throws_ClosedStillEnds(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.OnError = (_, _) => throw new InvalidOperationException("one");
        b.Connection.OnClose = (_, _) => throw new InvalidOperationException("two");
        b.Connection.Abort();
        (await b.Connection.Closed).Error.ShouldBe(ConnectionError.Aborted);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Abort_EveryoneWaits_EveryoneGoesOn(Role role) => Bench.Run(role, async b =>
    {
        b.PeerPipe.Pause();
        b.Pipe.Pause();
        var reading = b.ReadTexts();
        var ping = b.Connection.PingAsync();
        var sends = new List<Task>();
        for (int i = 0; i < 20; i++)
            sends.Add(b.Connection.SendAsync(new byte[50_000]).AsTask());
        sends[^1].IsCompleted.ShouldBeFalse();
        var closing = b.Connection.CloseAsync(cancellationToken: CancellationToken.None);
        b.Connection.Abort();
        b.Connection.Abort();
        (await reading).ShouldBeEmpty();
        (await Closed(sends[^1])).Code.ShouldBe(CloseCode.Normal);
        await Closed(ping.AsTask());
        (await closing).Error.ShouldBe(ConnectionError.Aborted);
    }, new ConnectionOptions { KeepAliveInterval = TimeSpan.Zero, SendQueueLimit = 200_000 });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void Abort_NeverStarted_Ends(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.TrySend("lost").ShouldBeTrue();
        b.Connection.Abort();
        (await b.Connection.Closed).Error.ShouldBe(ConnectionError.Aborted);
        await b.Peer.ExpectResetAsync();
    });

    /// <summary>Awaits a failure without leaving the simulation, as Shouldly's own would.</summary>
    private static async Task<ConnectionClosedException> Closed(Task task)
    {
        try
        {
            await task;
        }
        catch (ConnectionClosedException e)
        {
            return e;
        }

        throw new InvalidOperationException("It did not fail.");
    }

    private static Task Violate(RawPeer peer, string error) => error switch
    {
        "reserved_bits" => peer.SendFrameAsync(1, "x"u8.ToArray(), rsv: 4),
        "reserved_opcode" => peer.SendFrameAsync(3),
        "fragmented_control" => peer.SendFrameAsync(9, fin: false),
        "control_too_long" => peer.SendFrameAsync(9, new byte[126]),
        "length_not_minimal" => peer.SendFrameAsync(2, new byte[5], lengthForm: RawLengthForm.Bits16),
        "unexpected_continuation" => peer.SendFrameAsync(0),
        "expected_continuation" => peer.SendAsync([.. Encode(peer, 1, fin: false), .. Encode(peer, 1, fin: true)]),
        "close_payload_length" => peer.SendFrameAsync(8, new byte[1]),
        "invalid_close_code" => peer.SendCloseAsync(1005),
        "invalid_close_reason" => peer.SendFrameAsync(8, new byte[] { 3, 232, 0xFF }),
        "invalid_utf8" => peer.SendFrameAsync(1, new byte[] { 0xC3, 0x28 }),
        "message_too_big" => peer.SendFrameAsync(2, new byte[1001]),
        _ => peer.SendFrameAsync(1, "x"u8.ToArray(), masked: error == "masked"),
    };

    private static byte[] Encode(RawPeer peer, byte opcode, bool fin) =>
        RawFrame.Encode(opcode, default, fin, maskKey: peer.Role == RawPeerRole.Client ? 7u : null);
}
