namespace Hutong.Rooms.Protocol;

public class JsonReadTests
{
    [Fact]
    public void TryRead_EveryField_IsThere()
    {
        var (e, error) = Read.Json("""
            {"type":"say","payload":{"a": [1, 2]},"id":"7","timestamp":1700000000123.9,"room":"chat:1","epoch":"e1","offset":42,"key":"k",
             "since":{"epoch":"e0","offset":0},"token":"t","reason":"r","session":"s","ack":3,"info":{"n":1},"other":[{}]}
            """);

        error.ShouldBeNull();
        e.Type.ShouldBe("say");
        Read.Text(e.Payload).ShouldBe("""{"a": [1, 2]}""");
        e.PayloadKind.ShouldBe(PayloadKind.Json);
        e.Id.ShouldBe(new MessageId("7"));
        e.Timestamp.ShouldBe(1700000000123);
        e.Room.ShouldBe("chat:1");
        e.Position.ShouldBe(new StreamPosition("e1", 42));
        e.Key.ShouldBe("k");
        e.Since.ShouldBe(new StreamPosition("e0", 0));
        e.Token.ShouldBe("t");
        e.Reason.ShouldBe("r");
        e.Session.ShouldBe("s");
        e.Ack.ShouldBe(3);
        Read.Text(e.Info).ShouldBe("""{"n":1}""");
    }

    [Theory]
    [InlineData("1")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[ 1,\n {\"a\" :2} ]")]
    [InlineData("{\"\\u0061\":1.0e5}")]
    [InlineData("\"\\ud800\"")]
    public void TryRead_AnyPayload_IsUntouched(string payload)
    {
        var (e, error) = Read.Json($$"""{"payload": {{payload}} ,"type":"x"}""");

        error.ShouldBeNull();
        Read.Text(e.Payload).ShouldBe(payload);
    }

    [Theory]
    [InlineData("""{"type":"auth","token":"abc"}""")]
    [InlineData("""{"type":"auth","payload":{"token":"abc"}}""")]
    [InlineData("""{"payload":{"x":1,"token":"abc"},"type":"auth"}""")]
    [InlineData("""{"type":"auth","token":"abc","payload":{"token":"other"}}""")]
    [InlineData("""{"type":"\u0061uth","t\u006fken":"\u0061bc"}""")]
    public void TryRead_Token_StandsAboveOrInThePayload(string text) => Read.Json(text).Envelope.Token.ShouldBe("abc");

    [Fact]
    public void TryRead_JoinWithItsPayload_HasSinceAndInfo()
    {
        var (e, error) = Read.Json("""{"type":"join","room":"r","payload":{"since":{"offset":5,"epoch":"e"},"info":{"name":"a"}}}""");

        error.ShouldBeNull();
        e.Since.ShouldBe(new StreamPosition("e", 5));
        Read.Text(e.Info).ShouldBe("""{"name":"a"}""");
    }

    [Fact]
    public void TryRead_RoomIdInThePayload_IsTheRoom()
    {
        Read.Json("""{"type":"chat_message","payload":{"content":"Hello!","roomId":"room-1"},"timestamp":1,"id":"m"}""").Envelope.Room.ShouldBe("room-1");
        Read.Json("""{"type":"chat_message","room":"a","payload":{"roomId":"b"}}""").Envelope.Room.ShouldBe("a");
        Read.Json("""{"type":"chat_message","payload":{"roomId":17}}""").ShouldSatisfyAllConditions(r => r.Error.ShouldBeNull(), r => r.Envelope.Room.ShouldBeNull());
    }

    [Fact]
    public void TryRead_TheApplicationsPayload_IsItsOwnBusiness()
    {
        var (e, error) = Read.Json("""{"type":"edit","payload":{"token":5,"since":"yesterday","info":[],"ack":-1,"session":{}}}""");

        error.ShouldBeNull();
        (e.Token, e.Since, e.Ack, e.Session, e.Info.Length).ShouldBe((null, null, null, null, 0));
    }

    [Fact]
    public void TryRead_NumberAsId_StaysANumber()
    {
        Read.Json("""{"type":"x","id":-12345678901234567890}""").Envelope.Id.ShouldBe(new MessageId("-12345678901234567890", IsNumber: true));
        Read.Json("""{"type":"x","id":0}""").Envelope.Id.ShouldBe(new MessageId("0", IsNumber: true));
        Read.Json("""{"type":"x","id":null}""").Envelope.Id.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void TryRead_Data_IsBytes()
    {
        var (e, error) = Read.Json("""{"type":"move","data":"AP\/+"}""");

        error.ShouldBeNull();
        e.PayloadKind.ShouldBe(PayloadKind.Bytes);
        e.Payload.ToArray().ShouldBe([0, 255, 254]);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "", "invalid_json" },
        { "{", "invalid_json" },
        { "{}x", "invalid_json" },
        { "{\"type\":\"x\",}", "invalid_json" },
        { "{\"type\":\"x\"/**/}", "invalid_json" },
        { "\uFEFF{\"type\":\"x\"}", "invalid_json" },
        { "[]", "not_an_object" },
        { "5", "not_an_object" },
        { "\"ping\"", "not_an_object" },
        { "{}", "type_missing" },
        { "{\"req_type\":1}", "type_missing" },
        { "{\"type\":null}", "invalid_type" },
        { "{\"type\":5}", "invalid_type" },
        { "{\"type\":\"\"}", "invalid_type" },
        { "{\"type\":{}}", "invalid_type" },
        { "{\"type\":\"a\\u0000\"}", "invalid_type" },
        { "{\"type\":\"\\ud800\"}", "invalid_type" },
        { "{\"type\":\"a\",\"type\":\"a\"}", "duplicate_field" },
        { "{\"type\":\"a\",\"payload\":null,\"payload\":1}", "duplicate_field" },
        { "{\"type\":\"a\",\"ty\\u0070e\":\"a\"}", "duplicate_field" },
        { "{\"type\":\"a\",\"id\":{}}", "invalid_id" },
        { "{\"type\":\"a\",\"id\":1.5}", "invalid_id" },
        { "{\"type\":\"a\",\"id\":1e3}", "invalid_id" },
        { "{\"type\":\"a\",\"id\":\"\"}", "invalid_id" },
        { "{\"type\":\"a\",\"room\":7}", "invalid_room" },
        { "{\"type\":\"a\",\"room\":\"a\\nb\"}", "invalid_room" },
        { "{\"type\":\"a\",\"timestamp\":\"now\"}", "invalid_timestamp" },
        { "{\"type\":\"a\",\"timestamp\":1e16}", "invalid_timestamp" },
        { "{\"type\":\"a\",\"timestamp\":1e999}", "invalid_timestamp" },
        { "{\"type\":\"a\",\"epoch\":\"e\"}", "invalid_position" },
        { "{\"type\":\"a\",\"offset\":1}", "invalid_position" },
        { "{\"type\":\"a\",\"epoch\":\"e\",\"offset\":-1}", "invalid_position" },
        { "{\"type\":\"a\",\"epoch\":\"e\",\"offset\":9007199254740992}", "invalid_position" },
        { "{\"type\":\"a\",\"epoch\":\"e e\",\"offset\":1}", "invalid_position" },
        { "{\"type\":\"join\",\"since\":5}", "invalid_since" },
        { "{\"type\":\"join\",\"since\":{\"epoch\":\"e\"}}", "invalid_since" },
        { "{\"type\":\"join\",\"payload\":{\"since\":{\"offset\":1}}}", "invalid_since" },
        { "{\"type\":\"auth\",\"token\":5}", "invalid_token" },
        { "{\"type\":\"auth\",\"payload\":{\"token\":[]}}", "invalid_token" },
        { "{\"type\":\"a\",\"session\":1}", "invalid_session" },
        { "{\"type\":\"a\",\"ack\":-1}", "invalid_ack" },
        { "{\"type\":\"a\",\"ack\":1.5}", "invalid_ack" },
        { "{\"type\":\"a\",\"key\":[]}", "invalid_key" },
        { "{\"type\":\"a\",\"reason\":1}", "invalid_reason" },
        { "{\"type\":\"a\",\"data\":\"*\"}", "invalid_data" },
        { "{\"type\":\"a\",\"data\":\"\",\"payload\":1}", "invalid_data" },
        { "{\"type\":\"a\",\"payload\":1,\"data\":\"\"}", "invalid_data" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void TryRead_AFault_IsAValueWithACode(string text, string code)
    {
        Read.Json(text).Error.ShouldNotBeNull().Code.ShouldBe(code);
    }

    [Fact]
    public void TryRead_AFault_LeavesTheIdWhereverItStands()
    {
        Read.Json("""{"type":5,"id":"7"}""").Envelope.Id.Text.ShouldBe("7");
        Read.Json("""{"id":7,"type":"a","payload":1,,}""").Envelope.Id.Text.ShouldBe("7");
    }

    [Fact]
    public void TryRead_NotUtf8_IsAnError()
    {
        byte[] message = [.. "{\"type\":\"a"u8, 0xFF, .. "\"}"u8];
        Read.Bytes(message).Error.ShouldBe(RoomError.InvalidUtf8);
    }

    [Fact]
    public void TryRead_AtTheLimits_IsTakenAndBeyondIsNot()
    {
        var limits = new EnvelopeLimits { MaxTypeSize = 4, MaxRoomSize = 4, MaxIdSize = 2, MaxKeySize = 2, MaxTokenSize = 5, MaxInfoSize = 6, MaxMessageSize = 60, MaxDepth = 3 };
        Read.Json("""{"type":"é12","room":"1234","id":"é"}""", limits).Error.ShouldBeNull();
        Read.Json("""{"type":"abcde"}""", limits).Error.ShouldBe(RoomError.InvalidType);
        Read.Json("""{"type":"a","room":"12345"}""", limits).Error.ShouldBe(RoomError.InvalidRoom);
        Read.Json("""{"type":"a","room":"\u0031\u0031\u0031\u0031\u0031"}""", limits).Error.ShouldBe(RoomError.InvalidRoom);
        Read.Json("""{"type":"a","id":123}""", limits).Error.ShouldBe(RoomError.InvalidId);
        Read.Json("""{"type":"a","key":"123"}""", limits).Error.ShouldBe(RoomError.InvalidKey);
        Read.Json("""{"type":"auth","payload":{"token":"123456"}}""", limits).Error.ShouldBe(RoomError.InvalidToken);
        Read.Json("""{"type":"a","info":"123456"}""", limits).Error.ShouldBe(RoomError.InvalidInfo);
        Read.Json($$"""{"type":"a","payload":{{new string('1', 60)}}}""", limits).Error.ShouldBe(RoomError.MessageTooLarge);
        Read.Json("""{"type":"a","payload":{"a":[1]}}""", limits).Error.ShouldBeNull();
        Read.Json("""{"type":"a","payload":{"a":[[1]]}}""", limits).Error.ShouldBe(RoomError.TooDeep);
        Read.Json("""{"type":"a","x":[[1]]}""", limits).Error.ShouldBeNull();
        Read.Json("""{"type":"a","x":[[[1]]]}""", limits).Error.ShouldBe(RoomError.TooDeep);
        Read.Json("""[[[[]]]]""", limits).Error.ShouldBe(RoomError.TooDeep);
        Read.Json(new string('[', 60), limits).Error.ShouldBe(RoomError.TooDeep);
    }

    [Fact]
    public void TryRead_TheSameNames_AreTheSameStrings()
    {
        var first = Read.Json("""{"type":"tick","room":"stock:A","epoch":"e","offset":1}""").Envelope;
        var second = Read.Json("""{"room":"stock:A","type":"tick","epoch":"e","offset":2}""").Envelope;

        second.Type.ShouldBeSameAs(first.Type);
        second.Room.ShouldBeSameAs(first.Room);
        second.Position!.Value.Epoch.ShouldBeSameAs(first.Position!.Value.Epoch);
    }
}
