using System.Buffers;

namespace Hutong.Protocol;

public class ClosingHandshakeTests
{
    private static readonly CloseStatus Bye = new(CloseCode.Normal, "bye");

    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [InlineData(Role.Server, ClosingStep.CloseTransport)]
    [InlineData(Role.Client, ClosingStep.AwaitEnd)]
    public void Step_BothHaveClosed_TheServerClosesTcpFirst(Role role, ClosingStep last)
    {
        var first = new ClosingHandshake(role);
        first.Step.ShouldBe(ClosingStep.Open);
        first.TrySend(Bye).ShouldBeTrue();
        first.Step.ShouldBe(ClosingStep.AwaitClose);
        first.Receive(Bye);
        first.Step.ShouldBe(last);
        first.IsClean.ShouldBeTrue();

        var second = new ClosingHandshake(role);
        second.Receive(Bye);
        second.Step.ShouldBe(ClosingStep.Answer);
        second.IsClean.ShouldBeFalse();
        second.TrySend(Bye).ShouldBeTrue();
        second.Step.ShouldBe(last);
        second.Result.ShouldBe(Bye);
        second.End();
        second.Step.ShouldBe(ClosingStep.CloseTransport);
        second.IsClean.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void End_WithoutACloseFromThePeer_ResultIs1006(Role role)
    {
        var silent = new ClosingHandshake(role);
        silent.End();
        silent.Result.ShouldBe(new CloseStatus(CloseCode.Abnormal, ""));
        silent.IsClean.ShouldBeFalse();
        silent.TrySend(Bye).ShouldBeFalse();
        silent.Step.ShouldBe(ClosingStep.CloseTransport);

        var unanswered = new ClosingHandshake(role);
        unanswered.TrySend(Bye).ShouldBeTrue();
        unanswered.End();
        unanswered.Result.Code.ShouldBe(CloseCode.Abnormal);
        unanswered.IsClean.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TrySend_Twice_OnlyTheFirstCounts(Role role)
    {
        var closing = new ClosingHandshake(role);
        closing.TrySend(Bye).ShouldBeTrue();
        closing.TrySend(new CloseStatus(CloseCode.GoingAway, "")).ShouldBeFalse();
        closing.Sent.ShouldBe(Bye);
        closing.Receive(Bye);
        closing.Receive(new CloseStatus(CloseCode.GoingAway, ""));
        closing.Received.ShouldBe(Bye);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_Close_EchoesTheCode(Role role)
    {
        foreach (int code in (int[])[1000, 1001, 1011, 3000, 4999, 1005, 1010])
        {
            using var end = new WebSocketProtocol(role, 100);
            var answer = Receive(end, code == 1005 ? new Wire(role).Close() : new Wire(role).Close(code, "why"));
            int echo = code == 1010 && role == Role.Server ? 1000 : code;
            answer.ShouldBe([$"Close {echo} "]);
            end.Closing.Result.ShouldBe(new CloseStatus((CloseCode)code, code == 1005 ? "" : "why"));
            end.Closing.IsClean.ShouldBeTrue();
            end.Closing.Step.ShouldBe(role == Role.Server ? ClosingStep.CloseTransport : ClosingStep.AwaitEnd);
            end.CanSend.ShouldBeFalse();
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_EachError_ClosesWithItsCodeAndResultIs1006(Role role)
    {
        (Wire Wire, ProtocolError Error)[] cases =
        [
            (new Wire(role).Frame(0x83, []), ProtocolError.ReservedOpcode),
            (new Wire(role).Text([0xFF]), ProtocolError.InvalidUtf8),
            (new Wire(role).Binary(new byte[101]), ProtocolError.MessageTooBig),
            (new Wire(role).Close(1005), ProtocolError.InvalidCloseCode),
            (new Wire(role).Frame(0x88, [3, 0xE8, 0xFF]), ProtocolError.InvalidCloseReason),
        ];
        foreach (var (wire, error) in cases)
        {
            using var end = new WebSocketProtocol(role, 100);
            Receive(end, wire).ShouldBe([$"Close {(int)error.CloseCode} {error.Message}"]);
            end.CanSend.ShouldBeFalse();
            end.Closing.Error.ShouldBe(error);
            end.CanFindClose.ShouldBe(error == ProtocolError.InvalidUtf8 || error == ProtocolError.MessageTooBig);
            end.End();
            end.Closing.Result.Code.ShouldBe(CloseCode.Abnormal);
            end.Closing.IsClean.ShouldBeFalse();
            end.Closing.Step.ShouldBe(ClosingStep.CloseTransport);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_AfterThisEndsClose_WritesNothing(Role role)
    {
        using var end = new WebSocketProtocol(role, 100);
        var output = new ArrayBufferWriter<byte>();
        end.CanSend.ShouldBeTrue();
        end.TryWriteClose(output, Bye).ShouldBeTrue();
        end.CanSend.ShouldBeFalse();
        end.TryWriteClose(output, Bye).ShouldBeFalse();
        int written = output.WrittenCount;

        Receive(end, new Wire(role).Ping("p"u8).Text("late").Close(1000, "crossed")).ShouldBeEmpty();

        output.WrittenCount.ShouldBe(written);
        end.Closing.Result.ShouldBe(new CloseStatus(CloseCode.Normal, "crossed"));
        end.Closing.IsClean.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_AfterTheTransportsEnd_WritesNothing(Role role)
    {
        using var end = new WebSocketProtocol(role, 100);
        end.End();
        end.CanSend.ShouldBeFalse();
        Receive(end, new Wire(role).Ping("p"u8).Close(1000)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Answer_PingAfterThePeersClose_IsNotSeen(Role role)
    {
        using var end = new WebSocketProtocol(role, 100);
        Receive(end, new Wire(role).Ping("1"u8).Pong("2"u8).Close(1000).Ping("3"u8)).ShouldBe(["Pong 31", "Close 1000 "]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryWriteClose_BadArguments_ThrowsAndTheConnectionStaysOpen(Role role)
    {
        using var end = new WebSocketProtocol(role, 100);
        var output = new ArrayBufferWriter<byte>();
        Should.Throw<ArgumentException>(() => end.TryWriteClose(output, new CloseStatus(CloseCode.Abnormal, "")));
        Should.Throw<ArgumentException>(() => end.TryWriteClose(output, new CloseStatus(CloseCode.NoStatus, "why")));
        Should.Throw<ArgumentException>(() => end.TryWriteClose(output, new CloseStatus(CloseCode.Normal, new string('r', 124))));
        output.WrittenCount.ShouldBe(0);
        end.CanSend.ShouldBeTrue();
        end.TryWriteClose(output, new CloseStatus(CloseCode.NoStatus, "")).ShouldBeTrue();
        end.Role.ShouldBe(role);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void DiscardReceived_ThenMessages_OnlyTheCloseIsReported(Role role)
    {
        using var end = new WebSocketProtocol(role, 100);
        end.DiscardReceived();
        Receive(end, new Wire(role).Ping("p"u8).Text([0xFF]).Close(1001)).ShouldBe(["Close 1001 "]);
    }

    [Fact]
    public void Dispose_WithAnExtension_DisposesItOnce()
    {
        var transform = new AwkwardTransform();
        var end = new WebSocketProtocol(Role.Server, 100, transform);
        end.Dispose();
        transform.Disposed.ShouldBe(1);
    }

    /// <summary>What the end writes in answer, as its peer reads it.</summary>
    private static IReadOnlyList<string> Receive(WebSocketProtocol end, Wire wire)
    {
        var output = new ArrayBufferWriter<byte>();
        Memory<byte> input = wire.ToArray();
        while (end.TryReceive(ref input, out var e))
        {
            int before = output.WrittenCount;
            end.Answer(e, output).ShouldBe(output.WrittenCount > before);
        }

        using var peer = new Receiver(end.Role == Role.Server ? Role.Client : Role.Server, 1000);
        return Transcript.Of(peer, output.WrittenSpan, Cuts.Whole(output.WrittenCount));
    }
}
