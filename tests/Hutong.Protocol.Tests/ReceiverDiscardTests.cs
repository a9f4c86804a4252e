namespace Hutong.Protocol;

public class ReceiverDiscardTests
{
    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_AfterBadUtf8_FindsTheClose(Role role)
    {
        byte[] wire = new Wire(role).Text([0x61, 0xFF, 0x62], fin: false).Ping("p"u8).Continue("c"u8).Text([0xFF]).Binary(new byte[150]).Pong().Close(1007, "as you say").ToArray();
        ThreeWays.Read(role, wire).ShouldBe(["Error invalid_utf8", "Close 1007 as you say"]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_AfterTooBigAMessage_FindsTheClose(Role role)
    {
        byte[] wire = new Wire(role).Binary(new byte[200], fin: false).Ping("p"u8).Continue(new byte[200]).Text("more").Close(1009, "sorry").Text("z").ToArray();
        ThreeWays.Read(role, wire, limit: 150).ShouldBe(["Error message_too_big", "Close 1009 sorry"]);

        byte[] later = new Wire(role).Binary(new byte[100], fin: false).Continue(new byte[200], fin: false).Continue(new byte[200]).Close().ToArray();
        ThreeWays.Read(role, later, limit: 150).ShouldBe(["Error message_too_big", "Close 1005 "]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_AfterTooBigAMessageIn64BitForm_FindsTheClose(Role role)
    {
        byte[] wire = new Wire(role).Binary(new byte[70_000]).Close(1009).ToArray();
        int[][] ways = [Cuts.Whole(wire.Length), Cuts.EachByte(wire.Length), .. Enumerable.Range(1, 20).Select(at => Cuts.At(wire.Length, at))];
        foreach (int[] pieces in ways)
            ThreeWays.Read(role, wire, pieces, limit: 100).ShouldBe(["Error message_too_big", "Close 1009 "]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_AfterInvalidTransform_FindsTheClose(Role role)
    {
        byte[] wire = new Wire(role).Frame(0x42, [1, 2, 9, 4]).Ping().Continue([9]).Frame(0xC1, [9]).Close(1007).ToArray();
        ThreeWays.Read(role, wire, transform: () => new AwkwardTransform { Poison = 9 }).ShouldBe(["Error invalid_extension_data", "Close 1007 "]);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_AfterAFramingError_NothingMoreIsReported(Role role)
    {
        bool server = role == Role.Server;
        Wire[] bad =
        [
            new Wire(role).Frame(0x83, []),
            new Wire(role).Frame(0x91, []),
            new Wire(role).Frame(0x09, []),
            new Wire(role).Frame(0x89, new byte[126]),
            new Wire(role).Frame(0x81, [], masked: !server),
            new Wire(role).Frame(0x81, new byte[5], form: 2),
            new Wire(role).Header(0x81, 1UL << 63),
            new Wire(role).Continue([]),
            new Wire(role).Text("a", fin: false).Text("b"),
        ];
        foreach (var wire in bad)
        {
            var lines = ThreeWays.Read(role, wire.Close(1000).Text("z").Ping().Close(1000).ToArray());
            lines.Count.ShouldBe(1);
            lines[0].ShouldStartWith("Error");
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_FramingErrorWhileDiscarding_EndsTheSearchSilently(Role role)
    {
        byte[] wire = new Wire(role).Text([0xFF]).Frame(0x83, []).Close(1000).ToArray();
        ThreeWays.Read(role, wire).ShouldBe(["Error invalid_utf8"]);

        using var receiver = new Receiver(role, 100);
        Memory<byte> input = wire;
        receiver.TryRead(ref input, out _).ShouldBeTrue();
        receiver.CanFindClose.ShouldBeTrue();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        receiver.CanFindClose.ShouldBeFalse();
        input.IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_HugeFrameWhileDiscarding_IsSkipped(Role role)
    {
        using var receiver = new Receiver(role, 100);
        receiver.Discard();
        Memory<byte> input = new Wire(role).Header(0x02, 70_000).ToArray();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        for (int i = 0; i < 70; i++)
        {
            input = new byte[1000];
            receiver.TryRead(ref input, out _).ShouldBeFalse();
        }

        input = new Wire(role).Header(0x00, long.MaxValue).ToArray();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        input = new Wire(role).Close(1000).ToArray();
        receiver.TryRead(ref input, out _).ShouldBeFalse();
        receiver.CanFindClose.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Discard_ThenClose_TheCloseIsReportedWhateverItHolds(Role role)
    {
        foreach (byte[] payload in (byte[][])[[], [3], [0, 0], [3, 0xE8, 0xFF]])
        {
            using var receiver = new Receiver(role, 100);
            receiver.Discard();
            Transcript.Of(receiver, new Wire(role).Frame(0x88, payload).ToArray(), Cuts.Whole(role == Role.Server ? 6 + payload.Length : 2 + payload.Length))
                .ShouldBe(["Close 1005 "]);
        }
    }
}
