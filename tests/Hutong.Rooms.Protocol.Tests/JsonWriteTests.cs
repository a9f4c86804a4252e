using System.Text;

namespace Hutong.Rooms.Protocol;

public class JsonWriteTests
{
    [Fact]
    public void Write_EveryField_StandsInTheOrderOfTheDocumentation()
    {
        var envelope = new Envelope
        {
            Type = "say",
            Id = "7",
            Room = "chat:1",
            Timestamp = 1,
            Position = new StreamPosition("e", 2),
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

        Encoding.UTF8.GetString(EnvelopeCodec.Json.Written(envelope)).ShouldBe(
            "{\"type\":\"say\",\"id\":\"7\",\"room\":\"chat:1\",\"timestamp\":1,\"epoch\":\"e\",\"offset\":2,\"key\":\"k\",\"since\":{\"epoch\":\"f\",\"offset\":3},"
            + "\"token\":\"t\",\"reason\":\"r\",\"session\":\"s\",\"ack\":4,\"info\":[ ],\"payload\":{\"a\" :\t1}}");
    }

    [Theory]
    [InlineData("plain", false, "\"plain\"")]
    [InlineData("a\"b\\c\n", false, "\"a\\\"b\\\\c\\n\"")]
    [InlineData("<é张>", false, "\"<é张>\"")]
    [InlineData("-17", true, "-17")]
    public void Write_AnId_KeepsItsForm(string id, bool isNumber, string expected)
    {
        string text = Encoding.UTF8.GetString(EnvelopeCodec.Json.Written(new Envelope { Type = "x", Id = new MessageId(id, isNumber) }));

        text.ShouldBe($$"""{"type":"x","id":{{expected}}}""");
    }

    [Fact]
    public void Write_Bytes_AreBase64()
    {
        var envelope = new Envelope { Type = "x", PayloadKind = PayloadKind.Bytes, Payload = new byte[] { 0, 255, 254 } };

        Encoding.UTF8.GetString(EnvelopeCodec.Json.Written(envelope)).ShouldBe("""{"type":"x","data":"AP/+"}""");
    }

    [Fact]
    public void Write_WhatCannotBeWritten_Throws()
    {
        foreach (var codec in (EnvelopeCodec[])[EnvelopeCodec.Json, EnvelopeCodec.Binary])
        {
            Should.Throw<ArgumentException>(() => codec.Written(default));
            Should.Throw<ArgumentException>(() => codec.Written(new Envelope { Type = "" }));
            Should.Throw<ArgumentException>(() => codec.Written(new Envelope { Type = "x", Ack = -1 }));
            Should.Throw<ArgumentException>(() => codec.Written(new Envelope { Type = "x", Position = new StreamPosition("e", -1) }));
            Should.Throw<ArgumentException>(() => codec.Written(new Envelope { Type = "x", Since = new StreamPosition("", 1) }));
            Should.Throw<ArgumentException>(() => codec.Written(new Envelope { Type = "x", Id = new MessageId("1}", IsNumber: true) }));
            // The next one is not disturbed.
            codec.Written(new Envelope { Type = "ping" }).ShouldBe(codec.IsText ? "{\"type\":\"ping\"}"u8.ToArray() : [0, 1]);
        }
    }

    [Fact]
    public void Write_OnManyThreads_MixesNothing()
    {
        Parallel.For(0, 1000, i =>
        {
            string id = $"id-{i}";
            Encoding.UTF8.GetString(EnvelopeCodec.Json.Written(new Envelope { Type = "x", Id = id })).ShouldBe($$"""{"type":"x","id":"{{id}}"}""");
        });
    }
}
