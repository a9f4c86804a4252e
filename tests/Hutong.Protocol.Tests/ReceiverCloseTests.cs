namespace Hutong.Protocol;

public class ReceiverCloseTests
{
    public static TheoryData<int, bool> Codes
    {
        get
        {
            var data = new TheoryData<int, bool>();
            foreach (int code in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
                data.Add(code, true);
            foreach (int code in (int[])[0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 32768, 65535])
                data.Add(code, false);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void TryRead_CloseCode_IsTakenOrRefused(int code, bool valid)
    {
        foreach (var role in ThreeWays.Roles)
        {
            foreach (string reason in (string[])["", "because", "水"])
                ThreeWays.Read(role, new Wire(role).Close(code, reason).ToArray()).ShouldBe([valid ? $"Close {code} {reason}" : "Error invalid_close_code"]);
        }

        ((CloseCode)code).IsValidOnWire.ShouldBe(valid);
    }

    [Fact]
    public void TryRead_ClosePayloads_AreJudged()
    {
        foreach (var role in ThreeWays.Roles)
        {
            ThreeWays.Read(role, new Wire(role).Close().ToArray()).ShouldBe(["Close 1005 "]);
            ThreeWays.Read(role, new Wire(role).Frame(0x88, [0]).ToArray()).ShouldBe(["Error close_payload_length"]);
            ThreeWays.Read(role, new Wire(role).Close(1000).ToArray()).ShouldBe(["Close 1000 "]);
            string longest = new('r', 123);
            ThreeWays.Read(role, new Wire(role).Close(1000, longest).ToArray()).ShouldBe([$"Close 1000 {longest}"]);
            foreach (byte[] bad in (byte[][])[[0xFF], [0x61, 0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80]])
                ThreeWays.Read(role, new Wire(role).Frame(0x88, [0x03, 0xE8, .. bad]).ToArray()).ShouldBe(["Error invalid_close_reason"]);
        }
    }

    [Fact]
    public void TryRead_CloseWithinAMessage_EndsIt()
    {
        foreach (var role in ThreeWays.Roles)
            ThreeWays.Read(role, new Wire(role).Text("a", fin: false).Close(1001).Continue("b"u8).ToArray()).ShouldBe(["Close 1001 "]);
    }

    [Fact]
    public void TryRead_BadClose_IsTheLastThingReported()
    {
        foreach (var role in ThreeWays.Roles)
        {
            foreach (byte[] payload in (byte[][])[[1], [0, 1], [3, 0xE8, 0xFF]])
            {
                byte[] wire = new Wire(role).Frame(0x88, payload).Close(1000).Text("a").ToArray();
                ThreeWays.Read(role, wire).Count.ShouldBe(1);
                using var receiver = new Receiver(role, 100);
                Memory<byte> input = wire;
                receiver.TryRead(ref input, out var e).ShouldBeTrue();
                e.Error.ShouldNotBeNull();
                receiver.CanFindClose.ShouldBeFalse();
            }
        }
    }

    [Theory]
    [InlineData(1010, true, false)]
    [InlineData(1000, true, true)]
    [InlineData(1014, true, true)]
    [InlineData(3008, true, true)]
    [InlineData(1005, false, false)]
    [InlineData(1006, false, false)]
    [InlineData(1015, false, false)]
    [InlineData(1004, false, false)]
    public void MayBeSentBy_EachRole_As(int code, bool client, bool server)
    {
        ((CloseCode)code).MayBeSentBy(Role.Client).ShouldBe(client);
        ((CloseCode)code).MayBeSentBy(Role.Server).ShouldBe(server);
    }
}
