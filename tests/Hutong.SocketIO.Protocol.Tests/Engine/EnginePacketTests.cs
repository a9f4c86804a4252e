using System.Text;

namespace Hutong.SocketIO.Protocol.Tests.Engine;

public class EnginePacketTests
{
    [Theory]
    [InlineData("4hello", "Message:hello")]
    [InlineData("4", "Message:")]
    [InlineData("2", "Ping:")]
    [InlineData("2probe", "Ping:probe")]
    [InlineData("3probe", "Pong:probe")]
    [InlineData("5", "Upgrade:")]
    [InlineData("1", "Close:")]
    [InlineData("6", "Noop:")]
    [InlineData("0{}", "Open:{}")]
    [InlineData("4a\u001e4b", "Message:a\u001e4b")]
    [InlineData("bAQIDBA==", "Message:01020304")]
    public void TryRead_APacket_GivesItsParts(string text, string expected)
    {
        EnginePacket.TryRead(Encoding.UTF8.GetBytes(text), out var packet, out var error).ShouldBeTrue(error?.Code);

        Payload.Describe(packet).ShouldBe(expected);
    }

    [Theory]
    [InlineData("", "empty_packet")]
    [InlineData("abc", "unknown_packet_type")]
    [InlineData("7", "unknown_packet_type")]
    [InlineData("é", "unknown_packet_type")]
    [InlineData("b=", "invalid_base64")]
    [InlineData("bAQ\n==", "invalid_base64")]
    public void TryRead_NoPacket_SaysWhy(string text, string code)
    {
        EnginePacket.TryRead(Encoding.UTF8.GetBytes(text), out _, out var error).ShouldBeFalse();

        error!.Code.ShouldBe(code);
    }

    [Fact]
    public void TryRead_Base64_LeavesTheTextAlone()
    {
        byte[] text = "bAQIDBA=="u8.ToArray();

        EnginePacket.TryRead(text, out _, out _).ShouldBeTrue();

        text.ShouldBe("bAQIDBA=="u8.ToArray());
    }

    [Fact]
    public void TryRead_AMessage_IsAViewOfTheText()
    {
        byte[] text = "4hello"u8.ToArray();
        EnginePacket.TryRead(text, out var packet, out _);

        text[1] = (byte)'j';

        packet.Data.ToArray().ShouldBe("jello"u8.ToArray());
    }
}
