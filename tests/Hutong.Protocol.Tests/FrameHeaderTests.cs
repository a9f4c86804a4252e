using System.Buffers;

namespace Hutong.Protocol;

public class FrameHeaderTests
{
    public static TheoryData<long, int> Lengths => new()
    {
        { 0, 2 }, { 1, 2 }, { 125, 2 }, { 126, 4 }, { 127, 4 }, { 255, 4 }, { 256, 4 }, { 65535, 4 },
        { 65536, 10 }, { uint.MaxValue, 10 }, { 1L << 32, 10 }, { long.MaxValue, 10 },
    };

    public static TheoryData<int> ReservedOpcodes => [3, 4, 5, 6, 7, 11, 12, 13, 14, 15];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void TryRead_EachLengthForm_ReadsEveryFieldAndNeedsEveryByte(long length, int size)
    {
        foreach (var receiver in (Role[])[Role.Server, Role.Client])
        {
            byte[] bytes = new Wire(receiver).Header(0x82, (ulong)length).Raw(0xEE, 0xEE).ToArray();
            int headerSize = size + (receiver == Role.Server ? 4 : 0);
            for (int have = 0; have < headerSize; have++)
            {
                FrameHeader.TryRead(bytes.AsSpan(0, have), out _, out var none).ShouldBe(OperationStatus.NeedMoreData);
                none.ShouldBeNull();
            }

            FrameHeader.TryRead(bytes, out var header, out var error).ShouldBe(OperationStatus.Done);
            error.ShouldBeNull();
            header.PayloadLength.ShouldBe(length);
            header.Size.ShouldBe(headerSize);
            header.Fin.ShouldBeTrue();
            header.Rsv1.ShouldBeFalse();
            header.Opcode.ShouldBe(Opcode.Binary);
            header.IsMasked.ShouldBe(receiver == Role.Server);
            BitConverter.GetBytes(header.MaskingKey).ShouldBe(header.IsMasked ? bytes[size..headerSize] : [0, 0, 0, 0]);
            FrameHeader.SizeOf(length, header.IsMasked).ShouldBe(headerSize);
        }
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Write_EachLengthForm_WritesTheWireFormAndNothingBehindIt(long length, int size)
    {
        foreach (var receiver in (Role[])[Role.Server, Role.Client])
        {
            foreach (int first in (int[])[0x00, 0x01, 0x02, 0x80, 0x81, 0x82, 0x41, 0xC1, 0xC2])
            {
                byte[] expected = new Wire(receiver).Header(first, (ulong)length).ToArray();
                uint? key = receiver == Role.Server ? BitConverter.ToUInt32(expected.AsSpan(size)) : null;
                var header = new FrameHeader((Opcode)(first & 15), length, (first & 0x80) != 0, (first & 0x40) != 0, key);
                byte[] written = new byte[16];
                written.AsSpan().Fill(0xEE);

                header.Write(written).ShouldBe(expected.Length);

                header.Size.ShouldBe(expected.Length);
                written[..expected.Length].ShouldBe(expected);
                written[expected.Length..].ShouldAllBe(b => b == 0xEE);
                FrameHeader.TryRead(written, out var again, out _).ShouldBe(OperationStatus.Done);
                (again.Opcode, again.Fin, again.Rsv1, again.PayloadLength, again.IsMasked, again.MaskingKey, again.Size)
                    .ShouldBe((header.Opcode, header.Fin, header.Rsv1, header.PayloadLength, header.IsMasked, header.MaskingKey, header.Size));
            }
        }
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 125)]
    [InlineData(8, 0)]
    [InlineData(8, 125)]
    [InlineData(8, 126)]
    [InlineData(8, 65535)]
    public void TryRead_LengthNotMinimal_IsInvalidOnceTheLengthIsKnown(int form, int length)
    {
        foreach (var receiver in (Role[])[Role.Server, Role.Client])
        {
            byte[] bytes = new Wire(receiver).Header(0x82, (ulong)length, form).ToArray();
            for (int have = 0; have <= bytes.Length; have++)
            {
                bool known = have >= 2 + form;
                FrameHeader.TryRead(bytes.AsSpan(0, have), out _, out var error).ShouldBe(known ? OperationStatus.InvalidData : OperationStatus.NeedMoreData);
                error.ShouldBe(known ? ProtocolError.LengthNotMinimal : null);
            }
        }
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData((1UL << 63) | 5)]
    public void TryRead_TopBitOfLength_IsInvalidAtTheThirdByte(ulong length)
    {
        byte[] bytes = new Wire(Role.Server).Header(0x82, length).ToArray();
        for (int have = 0; have <= bytes.Length; have++)
        {
            FrameHeader.TryRead(bytes.AsSpan(0, have), out _, out var error).ShouldBe(have >= 3 ? OperationStatus.InvalidData : OperationStatus.NeedMoreData);
            error.ShouldBe(have >= 3 ? ProtocolError.LengthTopBit : null);
        }
    }

    [Theory]
    [MemberData(nameof(ReservedOpcodes))]
    public void TryRead_ReservedOpcode_IsInvalidAtTheFirstByte(int opcode)
    {
        foreach (int first in (int[])[opcode, 0x80 | opcode, 0xF0 | opcode])
        {
            foreach (int have in (int[])[1, 2, 6, 14])
            {
                byte[] bytes = new byte[have];
                bytes[0] = (byte)first;
                FrameHeader.TryRead(bytes, out _, out var error).ShouldBe(OperationStatus.InvalidData);
                error.ShouldBe(ProtocolError.ReservedOpcode);
            }
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    public void TryRead_ControlWithoutFin_IsInvalidAtTheFirstByte(int opcode)
    {
        FrameHeader.TryRead([(byte)opcode], out _, out var error).ShouldBe(OperationStatus.InvalidData);
        error.ShouldBe(ProtocolError.FragmentedControl);
    }

    [Theory]
    [InlineData(126)]
    [InlineData(127)]
    public void TryRead_ControlAbove125_IsInvalidAtTheSecondByte(int field)
    {
        foreach (int opcode in (int[])[8, 9, 10])
        {
            foreach (int mask in (int[])[0, 0x80])
            {
                FrameHeader.TryRead([(byte)(0x80 | opcode)], out _, out _).ShouldBe(OperationStatus.NeedMoreData);
                FrameHeader.TryRead([(byte)(0x80 | opcode), (byte)(mask | field)], out _, out var error).ShouldBe(OperationStatus.InvalidData);
                error.ShouldBe(ProtocolError.ControlTooLong);
            }
        }
    }

    [Fact]
    public void TryRead_EveryPairOfFirstBytes_AgreesWithTheRules()
    {
        for (int pair = 0; pair < 65536; pair++)
        {
            byte[] bytes = [(byte)(pair >> 8), (byte)pair, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4];
            FrameHeaderTarget.Run(bytes);
            bytes[2] = 1;
            FrameHeaderTarget.Run(bytes);
        }
    }

    [Fact]
    public void Constructor_NegativeLength_Throws() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new FrameHeader(Opcode.Binary, -1));

    [Fact]
    public void Write_DestinationTooShort_Throws()
    {
        var header = new FrameHeader(Opcode.Binary, 70_000, maskingKey: 1);
        Should.Throw<Exception>(() => header.Write(new byte[header.Size - 1]));
    }
}
