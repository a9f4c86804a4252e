namespace Hutong.Protocol;

public class ReceiverErrorTests
{
    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_EachError_HasItsCodeAtTheEarliestByte(Role role)
    {
        bool server = role == Role.Server;
        int key = server ? 4 : 0;
        var seen = new HashSet<ProtocolError>();
        foreach (int reserved in (int[])[0x10, 0x20, 0x40, 0x70])
        {
            foreach (int opcode in (int[])[1, 2, 8, 9, 10])
                Expect(new Wire(role).Frame(0x80 | reserved | opcode, []), ProtocolError.ReservedBits, 1002, 1);
        }

        foreach (int opcode in (int[])[3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
            Expect(new Wire(role).Frame(0x80 | opcode, "a"u8), ProtocolError.ReservedOpcode, 1002, 1);
        foreach (int opcode in (int[])[8, 9, 10])
        {
            Expect(new Wire(role).Frame(opcode, []), ProtocolError.FragmentedControl, 1002, 1);
            Expect(new Wire(role).Frame(0x80 | opcode, new byte[126]), ProtocolError.ControlTooLong, 1002, 2);
            Expect(new Wire(role).Frame(0x80 | opcode, new byte[70_000]), ProtocolError.ControlTooLong, 1002, 2);
            Expect(new Wire(role).Frame(0x80 | opcode, [], masked: !server), server ? ProtocolError.NotMasked : ProtocolError.Masked, 1002, 2);
        }

        Expect(new Wire(role).Frame(0x81, "a"u8, masked: !server), server ? ProtocolError.NotMasked : ProtocolError.Masked, 1002, 2);
        Expect(new Wire(role).Frame(0x81, [], masked: !server), server ? ProtocolError.NotMasked : ProtocolError.Masked, 1002, 2);
        Expect(new Wire(role).Frame(0x82, new byte[5], form: 2), ProtocolError.LengthNotMinimal, 1002, 4);
        Expect(new Wire(role).Frame(0x82, new byte[5], form: 8), ProtocolError.LengthNotMinimal, 1002, 10);
        Expect(new Wire(role).Header(0x82, 1UL << 63), ProtocolError.LengthTopBit, 1002, 3);
        Expect(new Wire(role).Continue("a"u8), ProtocolError.UnexpectedContinuation, 1002, 1);
        Expect(new Wire(role).Continue("a"u8, fin: false), ProtocolError.UnexpectedContinuation, 1002, 1);
        Expect(new Wire(role).Text("a").Continue("b"u8), ProtocolError.UnexpectedContinuation, 1002, 2 + key + 1 + 1);
        foreach (int opcode in (int[])[1, 2, 0x81, 0x82])
            Expect(new Wire(role).Text("a", fin: false).Frame(opcode, "b"u8), ProtocolError.ExpectedContinuation, 1002, 2 + key + 1 + 1);
        Expect(new Wire(role).Frame(0x88, [3]), ProtocolError.ClosePayloadLength, 1002, 2 + key + 1);
        Expect(new Wire(role).Close(999), ProtocolError.InvalidCloseCode, 1002, 2 + key + 2);
        Expect(new Wire(role).Frame(0x88, [0x03, 0xE8, 0xFF]), ProtocolError.InvalidCloseReason, 1007, 2 + key + 3);
        Expect(new Wire(role).Text([0x61, 0xC0, 0x80]), ProtocolError.InvalidUtf8, 1007, 2 + key + 2);
        Expect(new Wire(role).Text([0x61, 0xC3]), ProtocolError.InvalidUtf8, 1007, 2 + key + 2);
        Expect(new Wire(role).Binary(new byte[1001]), ProtocolError.MessageTooBig, 1009, 4);
        Expect(new Wire(role).Header(0x82, long.MaxValue), ProtocolError.MessageTooBig, 1009, 10);
        Expect(new Wire(role).Frame(0xC2, [1, 9]), ProtocolError.InvalidTransform, 1007, 2 + key + 2, () => new AwkwardTransform { Poison = 9 });
        seen.Add(server ? ProtocolError.Masked : ProtocolError.NotMasked);
        ProtocolError.All.ShouldBe(seen, ignoreOrder: true);

        void Expect(Wire wire, ProtocolError error, int closeCode, int after, Func<IMessageTransform>? transform = null)
        {
            byte[] bytes = wire.ToArray();
            var found = ThreeWays.FirstError(role, bytes, limit: 1000, transform);
            found.Error.ShouldBe(error);
            found.After.ShouldBe(after, $"the place of {error.Code}");
            ((int)error.CloseCode).ShouldBe(closeCode);
            seen.Add(error);
            var lines = bytes.Length < 200 ? ThreeWays.Read(role, bytes, 1000, transform) : ThreeWays.Read(role, bytes, Cuts.Whole(bytes.Length), 1000, transform);
            lines[^1].ShouldBe($"Error {error.Code}");
        }
    }

    [Fact]
    public void All_EachError_HasANameOfItsOwnAndASentenceThatFitsAClose()
    {
        ProtocolError.All.Select(e => e.Code).Distinct(StringComparer.Ordinal).Count().ShouldBe(ProtocolError.All.Count);
        foreach (var error in ProtocolError.All)
        {
            error.Code.ShouldMatch("^[a-z0-9]+(_[a-z0-9]+)*$");
            ClosingHandshake.CheckArguments(Role.Server, error.CloseCode, error.Message);
            error.ToString().ShouldContain(error.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_HugeDeclaredLength_IsRefusedAndAllocatesNothing(Role role)
    {
        byte[] wire = new Wire(role).Header(0x82, long.MaxValue).ToArray();
        long allocated = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            using var receiver = new Receiver(role, 1 << 20);
            Memory<byte> input = wire.ToArray();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool found = receiver.TryRead(ref input, out var e);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);

            found.ShouldBeTrue();
            e.Error.ShouldBe(ProtocolError.MessageTooBig);
            receiver.TryRead(ref input, out _).ShouldBeFalse();
        }

        allocated.ShouldBe(0, "but for the errors' own static fields, which the first round makes");
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_HugeLengthWithinTheLimit_WaitsAndAllocatesNothing(Role role)
    {
        long allocated = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            using var receiver = new Receiver(role, long.MaxValue);
            Memory<byte> input = new Wire(role).Header(0x02, long.MaxValue - 1).Raw(1, 2, 3).ToArray();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool found = receiver.TryRead(ref input, out var e);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);

            found.ShouldBeTrue();
            e.Payload.Length.ShouldBe(3);
        }

        allocated.ShouldBe(0);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_DeclaredLengthsThatOverflowTogether_AreTooBig(Role role)
    {
        // After one fragment of 10 bytes, 2^63-1 more would overflow the sum.
        byte[] wire = new Wire(role).Binary(new byte[10], fin: false).Header(0x80, long.MaxValue).ToArray();
        ThreeWays.Read(role, wire, long.MaxValue)[^1].ShouldBe("Error message_too_big");
    }

    [Theory]
    [InlineData(Role.Server, 1000)]
    [InlineData(Role.Client, 1000)]
    [InlineData(Role.Server, 1 << 20)]
    [InlineData(Role.Client, 1 << 20)]
    public void TryRead_SizeAtTheLimitAndOneAbove_AcrossFragments(Role role, int limit)
    {
        byte[] half = new byte[limit / 2];
        byte[] halfAndOne = new byte[(limit / 2) + 1];
        byte[] full = new byte[limit];
        byte[] above = new byte[limit + 1];
        Check(new Wire(role).Binary(full).Binary(full), "Binary", "Binary");
        Check(new Wire(role).Binary(above), "Error message_too_big");
        Check(new Wire(role).Binary(half, fin: false).Ping().Continue(half).Binary(full), "Ping", "Binary", "Binary");
        Check(new Wire(role).Binary(half, fin: false).Continue(halfAndOne), "Error message_too_big");
        Check(new Wire(role).Binary(full, fin: false).Continue([], fin: false).Continue([]), "Binary");
        Check(new Wire(role).Binary(full, fin: false).Continue([1]), "Error message_too_big");

        void Check(Wire wire, params string[] starts)
        {
            byte[] bytes = wire.ToArray();
            int[] third = limit > 1000 ? Cuts.At(bytes.Length, bytes.Length - 1) : Cuts.EachByte(bytes.Length);
            foreach (int[] pieces in (int[][])[Cuts.Whole(bytes.Length), Cuts.At(bytes.Length, 13), third])
            {
                var lines = ThreeWays.Read(role, bytes, pieces, limit);
                lines.Count.ShouldBe(starts.Length);
                for (int i = 0; i < starts.Length; i++)
                    lines[i].ShouldStartWith(starts[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_LimitOfZero_TakesEmptyMessagesOnly(Role role)
    {
        byte[] wire = new Wire(role).Text("").Ping("control frames do not count"u8).Binary([]).Text("a").Close(1000).ToArray();
        var lines = ThreeWays.Read(role, wire, limit: 0);
        lines.Count.ShouldBe(5);
        lines[3].ShouldBe("Error message_too_big");
        lines[4].ShouldBe("Close 1000 ");
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_BadUtf8InALongFrame_FailsBeforeTheFrameIsComplete(Role role)
    {
        byte[] text = new byte[1000];
        text[400] = 0xED;
        text[401] = 0xA0; // a surrogate: known at its second byte
        byte[] wire = new Wire(role).Text("ok", fin: false).Text(text).ToArray();
        wire[new Wire(role).Text("ok", fin: false).Length] = 0x80;

        var (error, after) = ThreeWays.FirstError(role, wire);

        error.ShouldBe(ProtocolError.InvalidUtf8);
        after.ShouldBe(wire.Length - 1000 + 402);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void TryRead_CharacterCutByFragmentsAndNeverFinished_FailsAtTheLastFragment(Role role)
    {
        byte[] wire = new Wire(role).Text([0xF0, 0x9F], fin: false).Ping().Continue([0x98], fin: false).Continue([]).Close(1000).ToArray();
        ThreeWays.Read(role, wire).ShouldBe(["Ping ", "Error invalid_utf8", "Close 1000 "]);
    }
}
