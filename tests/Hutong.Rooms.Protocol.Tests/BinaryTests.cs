using Hutong.Rooms.Protocol.Internal;

namespace Hutong.Rooms.Protocol;

public class BinaryTests
{
    private static readonly Envelope Full = new()
    {
        Type = "say",
        Id = new MessageId("7", IsNumber: true),
        Room = "chat:1",
        Timestamp = 1_700_000_000_123,
        Position = new StreamPosition("e", 300),
        Key = "k",
        Since = new StreamPosition("f", 3),
        Token = "t",
        Reason = "r",
        Session = "s",
        Ack = 4,
        Info = "[ ]"u8.ToArray(),
        PayloadKind = PayloadKind.Json,
        Payload = "{\"a\" :\t1}"u8.ToArray(),
    };

    [Fact]
    public void Write_APublicationOfAGame_IsAsInTheDocumentation()
    {
        byte[] message = EnvelopeCodec.Binary.Written(new Envelope
        {
            Type = "move",
            Room = "g1",
            Position = new StreamPosition("a", 300),
            PayloadKind = PayloadKind.Bytes,
            Payload = new byte[] { 1, 2, 3 },
        });

        message.ShouldBe([0b0010_1001, 0, 4, .. "move"u8, 2, .. "g1"u8, 1, .. "a"u8, 0xAC, 0x02, 1, 2, 3]);
    }

    [Fact]
    public void Write_TypesOfTheProtocol_AreOneByte() => EnvelopeCodec.Binary.Written(new Envelope { Type = "pong" }).ShouldBe([0, 2]);

    [Fact]
    public void TryRead_EveryField_IsThere()
    {
        var (e, error) = Read.Binary(EnvelopeCodec.Binary.Written(Full));

        error.ShouldBeNull();
        (e with { Raw = default, Info = default, Payload = default }).ShouldBe(Full with { Info = default, Payload = default });
        Read.Text(e.Info).ShouldBe("[ ]");
        Read.Text(e.Payload).ShouldBe("{\"a\" :\t1}");
    }

    [Fact]
    public void TryRead_CutAnywhere_IsInvalidUntilThePayload()
    {
        byte[] message = EnvelopeCodec.Binary.Written(Full with { PayloadKind = PayloadKind.Bytes });
        for (int length = 0; length < message.Length - Full.Payload.Length; length++)
            Read.Binary(message[..length]).Error.ShouldBe(RoomError.InvalidBinary, $"{length} bytes");
        for (int length = message.Length - Full.Payload.Length; length <= message.Length; length++)
            Read.Binary(message[..length]).Error.ShouldBeNull($"{length} bytes");
    }

    [Fact]
    public void TryRead_JsonPayloadOfTheProtocol_HasItsMembers()
    {
        var (e, error) = Read.Binary([3, 8, .. " {\"since\":{\"epoch\":\"e\",\"offset\":1},\"roomId\":\"r\"} "u8]);

        error.ShouldBeNull();
        e.Type.ShouldBe("join");
        e.Since.ShouldBe(new StreamPosition("e", 1));
        e.Room.ShouldBe("r");
        e.Payload.Length.ShouldBe(e.Raw.Length - 4, "white space around a value is not part of it");
    }

    public static TheoryData<byte[], string> Faults => new()
    {
        { [], "invalid_binary" },
        { [0], "invalid_binary" },
        { [0, 1, 1], "invalid_binary" },
        { [2, 1], "invalid_binary" },
        { [0x80, 0x01, 1], "invalid_binary" },
        { [0x80, 0x80, 0x01, 1], "invalid_binary" },
        { [0x80, 0x00, 1], "invalid_binary" },
        { [0, 19], "invalid_binary" },
        { [0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "invalid_binary" },
        { [0, 0, 0x81, 0x00, 65], "invalid_binary" },
        { [0, 0, 0], "invalid_type" },
        { [0, 0, 1, 0xFF], "invalid_type" },
        { [4, 1, 0], "invalid_id" },
        { [0x84, 1, 1, 2, 48, 49], "invalid_id" },
        { [8, 1, 1, 10], "invalid_room" },
        { [16, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "invalid_timestamp" },
        { [32, 1, 1, 32, 1], "invalid_position" },
        { [32, 1, 1, 65, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], "invalid_position" },
        { [64, 1, 0], "invalid_key" },
        { [0x80, 2, 3, 0], "invalid_binary" },
        { [0x80, 2, 3, 0, 0], "invalid_since" },
        { [0x80, 0x04, 3, 0], "invalid_token" },
        { [0x80, 0x40, 3, 1, (byte)'x'], "invalid_binary" },
        { [3, 0, 1, 65], "invalid_json" },
        { [3, 0, 1, 65, (byte)'{'], "invalid_json" },
        { [3, 8, (byte)'{'], "invalid_json" },
        { [3, 8, (byte)'1', (byte)'x'], "invalid_json" },
        { [3, 0, 1, 65, (byte)'"', 0xFF, (byte)'"'], "invalid_utf8" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void TryRead_AFault_IsAValueWithACode(byte[] message, string code) => Read.Binary(message).Error.ShouldNotBeNull().Code.ShouldBe(code);

    [Fact]
    public void TryRead_AtTheLimits_IsTakenAndBeyondIsNot()
    {
        var limits = new EnvelopeLimits { MaxDepth = 3, MaxMessageSize = 40, MaxInfoSize = 2 };
        Read.Binary([3, 0, 1, 65, .. "[[1]]"u8], limits).Error.ShouldBeNull();
        Read.Binary([3, 0, 1, 65, .. "[[[1]]]"u8], limits).Error.ShouldBe(RoomError.TooDeep);
        Read.Binary([3, 8, .. "[[[1]]]"u8], limits).Error.ShouldBe(RoomError.TooDeep);
        Read.Binary([1, 1, .. new byte[38]], limits).Error.ShouldBeNull();
        Read.Binary([1, 1, .. new byte[39]], limits).Error.ShouldBe(RoomError.MessageTooLarge);
        Read.Binary(EnvelopeCodec.Binary.Written(new Envelope { Type = "join", Info = "12"u8.ToArray() }), limits).Error.ShouldBeNull();
        Read.Binary(EnvelopeCodec.Binary.Written(new Envelope { Type = "join", Info = "123"u8.ToArray() }), limits).Error.ShouldBe(RoomError.InvalidInfo);
    }

    [Theory]
    [InlineData(0UL, 1)]
    [InlineData(127UL, 1)]
    [InlineData(128UL, 2)]
    [InlineData(16383UL, 2)]
    [InlineData(16384UL, 3)]
    [InlineData(ulong.MaxValue, 10)]
    public void VarUInt_AnyNumber_HasItsSizeAndComesBack(ulong value, int size)
    {
        byte[] bytes = new byte[10];
        VarUInt.Write(bytes, value).ShouldBe(size);
        VarUInt.Size(value).ShouldBe(size);
        VarUInt.TryRead(bytes, out ulong read, out int used).ShouldBeTrue();
        (read, used).ShouldBe((value, size));
    }

    [Theory]
    [InlineData(0L, 0UL)]
    [InlineData(-1L, 1UL)]
    [InlineData(1L, 2UL)]
    [InlineData(long.MinValue, ulong.MaxValue)]
    public void ZigZag_AnyNumber_ComesBack(long value, ulong expected)
    {
        VarUInt.ZigZag(value).ShouldBe(expected);
        VarUInt.UnZigZag(expected).ShouldBe(value);
    }
}
