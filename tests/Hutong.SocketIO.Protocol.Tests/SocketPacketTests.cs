using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Hutong.SocketIO.Protocol;

/// <summary>Packets of Socket.IO: the examples of the specification, and what is not one.</summary>
public class SocketPacketTests
{
    [Theory]
    [InlineData("0", SocketPacketType.Connect, "/", null, 0, "")]
    [InlineData("0{\"token\":\"123\"}", SocketPacketType.Connect, "/", null, 0, "{\"token\":\"123\"}")]
    [InlineData("0{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}", SocketPacketType.Connect, "/", null, 0, "{\"sid\":\"oSO0OpakMV_3jnilAAAA\"}")]
    [InlineData("0/admin,", SocketPacketType.Connect, "/admin", null, 0, "")]
    [InlineData("0/admin", SocketPacketType.Connect, "/admin", null, 0, "")]
    [InlineData("0/admin,{\"a\":[1]}", SocketPacketType.Connect, "/admin", null, 0, "{\"a\":[1]}")]
    [InlineData("1", SocketPacketType.Disconnect, "/", null, 0, "")]
    [InlineData("1/admin,", SocketPacketType.Disconnect, "/admin", null, 0, "")]
    [InlineData("2[\"hello\",1]", SocketPacketType.Event, "/", null, 0, "[\"hello\",1]")]
    [InlineData("2[\"foo\"]", SocketPacketType.Event, "/", null, 0, "[\"foo\"]")]
    [InlineData("2[7,1]", SocketPacketType.Event, "/", null, 0, "[7,1]")]
    [InlineData("212[\"foo\"]", SocketPacketType.Event, "/", 12L, 0, "[\"foo\"]")]
    [InlineData("2/admin,456[\"project:delete\",123]", SocketPacketType.Event, "/admin", 456L, 0, "[\"project:delete\",123]")]
    [InlineData("2/admin?x=1,0[\"a,b\"]", SocketPacketType.Event, "/admin?x=1", 0L, 0, "[\"a,b\"]")]
    [InlineData("3/admin,456[]", SocketPacketType.Ack, "/admin", 456L, 0, "[]")]
    [InlineData("312[\"bar\"]", SocketPacketType.Ack, "/", 12L, 0, "[\"bar\"]")]
    [InlineData("39007199254740991[]", SocketPacketType.Ack, "/", 9007199254740991L, 0, "[]")]
    [InlineData("4/admin,{\"message\":\"Not authorized\"}", SocketPacketType.ConnectError, "/admin", null, 0, "{\"message\":\"Not authorized\"}")]
    [InlineData("4\"Not authorized\"", SocketPacketType.ConnectError, "/", null, 0, "\"Not authorized\"")]
    [InlineData("51-[\"hello\",{\"_placeholder\":true,\"num\":0}]", SocketPacketType.BinaryEvent, "/", null, 1, "[\"hello\",{\"_placeholder\":true,\"num\":0}]")]
    [InlineData("51-/admin,456[\"p\",{\"num\":0,\"_placeholder\":true}]", SocketPacketType.BinaryEvent, "/admin", 456L, 1, "[\"p\",{\"num\":0,\"_placeholder\":true}]")]
    [InlineData("50-[\"none\"]", SocketPacketType.BinaryEvent, "/", null, 0, "[\"none\"]")]
    [InlineData("62-7[[{\"_placeholder\":true,\"num\":1}],{\"a\":{\"_placeholder\":true,\"num\":0}}]", SocketPacketType.BinaryAck, "/", 7L, 2, "[[{\"_placeholder\":true,\"num\":1}],{\"a\":{\"_placeholder\":true,\"num\":0}}]")]
    [InlineData("2[\"not one\",{\"_placeholder\":true,\"num\":9}]", SocketPacketType.Event, "/", null, 0, "[\"not one\",{\"_placeholder\":true,\"num\":9}]")]
    [InlineData("51-[\"a\",{\"_placeholder\":false,\"num\":9}]", SocketPacketType.BinaryEvent, "/", null, 1, "[\"a\",{\"_placeholder\":false,\"num\":9}]")]
    public void TryRead_APacket_GivesItsParts(string text, SocketPacketType type, string nsp, long? id, int attachments, string data)
    {
        SocketPacket.TryRead(Encoding.UTF8.GetBytes(text), SocketPacketLimits.Default, out var packet, out var error).ShouldBeTrue(error?.ToString());
        packet.Type.ShouldBe(type);
        Encoding.UTF8.GetString(packet.Namespace.Span).ShouldBe(nsp);
        packet.Id.ShouldBe(id);
        packet.Attachments.ShouldBe(attachments);
        Encoding.UTF8.GetString(packet.Data.Span).ShouldBe(data);
        var output = new ArrayBufferWriter<byte>();
        packet.Write(output);
        // Where nothing follows, the comma after a namespace may be left out.
        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe(text == "0/admin" ? "0/admin," : text);
    }

    [Theory]
    [InlineData("", "socketio_unknown_type")]
    [InlineData("7", "socketio_unknown_type")]
    [InlineData("*abc", "socketio_unknown_type")]
    [InlineData("abc", "socketio_unknown_type")]
    [InlineData("5", "socketio_invalid_attachments")]
    [InlineData("5[\"a\"]", "socketio_invalid_attachments")]
    [InlineData("5-[\"a\"]", "socketio_invalid_attachments")]
    [InlineData("51[\"a\"]", "socketio_invalid_attachments")]
    [InlineData("5999999999999-[\"a\"]", "socketio_invalid_attachments")]
    [InlineData("511-[\"a\"]", "socketio_too_many_attachments")]
    [InlineData("51-[\"a\",{\"_placeholder\":true,\"num\":1}]", "socketio_invalid_attachments")]
    [InlineData("51-[\"a\",{\"_placeholder\":true,\"num\":-1}]", "socketio_invalid_attachments")]
    [InlineData("51-[\"a\",{\"_placeholder\":true,\"num\":\"0\"}]", "socketio_invalid_attachments")]
    [InlineData("51-[\"a\",{\"_placeholder\":true}]", "socketio_invalid_attachments")]
    [InlineData("61-3[{\"b\":[{\"_placeholder\":true,\"num\":0.5}]}]", "socketio_invalid_attachments")]
    [InlineData("51-[\"a\",{\"_placeholder\":true,\"num\":{\"num\":0}}]", "socketio_invalid_attachments")]
    [InlineData("29007199254740992[\"a\"]", "socketio_invalid_id")]
    [InlineData("07{}", "socketio_invalid_id")]
    [InlineData("3[]", "socketio_invalid_id")]
    [InlineData("61-[]", "socketio_invalid_id")]
    [InlineData("2abc[\"message\"]", "socketio_invalid_json")]
    [InlineData("2[\"a\"", "socketio_invalid_json")]
    [InlineData("2[\"a\"]x", "socketio_invalid_json")]
    [InlineData("2[\"a\",]", "socketio_invalid_json")]
    [InlineData("0{", "socketio_invalid_json")]
    [InlineData("0[1", "socketio_invalid_json")]
    [InlineData("0[]", "socketio_invalid_payload")]
    [InlineData("0\"a\"", "socketio_invalid_payload")]
    [InlineData("1{}", "socketio_invalid_payload")]
    [InlineData("1[]", "socketio_invalid_payload")]
    [InlineData("2", "socketio_invalid_payload")]
    [InlineData("2{}", "socketio_invalid_payload")]
    [InlineData("2[]", "socketio_invalid_payload")]
    [InlineData("2[true]", "socketio_invalid_payload")]
    [InlineData("2[{}]", "socketio_invalid_payload")]
    [InlineData("2[[\"a\"]]", "socketio_invalid_payload")]
    [InlineData("2\"a\"", "socketio_invalid_payload")]
    [InlineData("31{}", "socketio_invalid_payload")]
    [InlineData("31", "socketio_invalid_payload")]
    [InlineData("4", "socketio_invalid_payload")]
    [InlineData("4[]", "socketio_invalid_payload")]
    [InlineData("2[\"connect\"]", "socketio_reserved_event")]
    [InlineData("2[\"connect_error\"]", "socketio_reserved_event")]
    [InlineData("2[\"disconnect\",\"transport close\"]", "socketio_reserved_event")]
    [InlineData("2[\"disconnecting\"]", "socketio_reserved_event")]
    [InlineData("2[\"new\\u004cistener\"]", "socketio_reserved_event")]
    [InlineData("51-[\"removeListener\",{\"_placeholder\":true,\"num\":0}]", "socketio_reserved_event")]
    public void TryRead_WhatIsNoPacket_SaysWhatIsWrong(string text, string code)
    {
        SocketPacket.TryRead(Encoding.UTF8.GetBytes(text), SocketPacketLimits.Default, out var packet, out var error).ShouldBeFalse();
        error!.Code.ShouldBe(code);
        packet.ShouldBe(default);
    }

    [Fact]
    public void TryRead_BeyondTheLimits_IsRefused()
    {
        var limits = new SocketPacketLimits { MaxSize = 40, MaxDepth = 3, MaxAttachments = 1, MaxNamespaceSize = 5 };
        Read("2[\"a\",[[1]]]", limits).ShouldBeNull();
        Read("2[\"a\",[[[1]]]]", limits).ShouldBe(SocketPacketError.TooDeep);
        Read("51-[\"a\",{\"num\":[[1]]}]", limits).ShouldBe(SocketPacketError.TooDeep);
        Read("51-[\"a\",[[{\"num\":{}}]]]", limits).ShouldBe(SocketPacketError.TooDeep);
        Read("2[\"a\"," + new string('[', 30), limits).ShouldBe(SocketPacketError.TooDeep);
        Read("2[\"" + new string('a', 36) + "\"]", limits).ShouldBe(SocketPacketError.TooLarge);
        Read("52-[\"a\"]", limits).ShouldBe(SocketPacketError.TooManyAttachments);
        Read("0/abcd,", limits).ShouldBeNull();
        Read("0/abcde,", limits).ShouldBe(SocketPacketError.InvalidNamespace);
    }

    [Fact]
    public void TryRead_WhatIsNotUtf8_IsRefused()
    {
        SocketPacket.TryRead(new byte[] { (byte)'2', (byte)'[', (byte)'"', 0xff, (byte)'"', (byte)']' }, SocketPacketLimits.Default, out _, out var error).ShouldBeFalse();
        error.ShouldBe(SocketPacketError.InvalidUtf8);
    }

    [Fact]
    public void Arguments_OfAnEvent_AreItsValuesAsTheyStand()
    {
        string text = "[ \"é\" , 1.50, {\"a\":[1,2]},[],null,\"\\u0041\" ]";
        byte[] data = Encoding.UTF8.GetBytes(text);
        var reader = new SocketArgumentReader(data);
        var values = new List<string>();
        while (reader.TryRead(out int start, out int length))
            values.Add(Encoding.UTF8.GetString(data, start, length));
        values.ShouldBe(["\"é\"", "1.50", "{\"a\":[1,2]}", "[]", "null", "\"\\u0041\""]);
    }

    [Fact]
    public void TryRead_SeededEvents_AgreeWithThePlatformsParser()
    {
        var random = new Random(7);
        for (int i = 0; i < 2000; i++)
        {
            object?[] arguments = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, 3))];
            string json = JsonSerializer.Serialize<object?[]>(["e" + random.Next(9), .. arguments]);
            long? id = random.Next(2) == 0 ? null : random.NextInt64(SocketPacket.MaxId);
            string nsp = random.Next(2) == 0 ? "/" : "/n" + random.Next(99);
            var written = new ArrayBufferWriter<byte>();
            new SocketPacket { Type = SocketPacketType.Event, Namespace = Encoding.UTF8.GetBytes(nsp), Id = id, Data = Encoding.UTF8.GetBytes(json) }.Write(written);
            SocketPacket.TryRead(written.WrittenMemory, SocketPacketLimits.Default, out var packet, out var error).ShouldBeTrue(error?.ToString());
            packet.Id.ShouldBe(id);
            Encoding.UTF8.GetString(packet.Namespace.Span).ShouldBe(nsp);
            int count = 0;
            var reader = new SocketArgumentReader(packet.Data.Span);
            using var document = JsonDocument.Parse(packet.Data);
            while (reader.TryRead(out int start, out int length))
                Encoding.UTF8.GetString(packet.Data.Span.Slice(start, length)).ShouldBe(document.RootElement[count++].GetRawText());
            count.ShouldBe(arguments.Length + 1);
            // Of what is cut short nothing is taken for whole.
            for (int cut = written.WrittenCount - json.Length + 1; cut < written.WrittenCount; cut++)
                SocketPacket.TryRead(written.WrittenMemory[..cut], SocketPacketLimits.Default, out _, out _).ShouldBeFalse();
        }
    }

    [Fact]
    public void TryReadAndWrite_InSteadyState_AllocateNothing()
    {
        byte[] text = Encoding.UTF8.GetBytes("51-/admin,17[\"message\",{\"_placeholder\":true,\"num\":0},[1,{\"a\":\"b\"}]]");
        var output = new ArrayBufferWriter<byte>(1024);
        long allocated = long.MaxValue;
        for (int round = 0; round < 10 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                SocketPacket.TryRead(text, SocketPacketLimits.Default, out var packet, out _);
                var reader = new SocketArgumentReader(packet.Data.Span);
                while (reader.TryRead(out _, out _))
                {
                }

                output.ResetWrittenCount();
                packet.Write(output);
            }

            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        allocated.ShouldBe(0);
    }

    [Fact]
    public void ReservedEvents_AreThoseOfTheReference()
    {
        foreach (string name in ReservedEvents.All)
        {
            ReservedEvents.Contains(name).ShouldBeTrue();
            Read($"2[\"{name}\"]", SocketPacketLimits.Default).ShouldBe(SocketPacketError.ReservedEvent);
        }

        ReservedEvents.Contains("message").ShouldBeFalse();
    }

    private static SocketPacketError? Read(string text, SocketPacketLimits limits)
    {
        SocketPacket.TryRead(Encoding.UTF8.GetBytes(text), limits, out _, out var error);
        return error;
    }

    private static object? Value(Random random, int depth) => random.Next(depth > 0 ? 7 : 5) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.NextInt64() / 3.0,
        3 => "é\n\"" + random.Next(),
        4 => "",
        5 => Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1)).ToArray(),
        _ => new Dictionary<string, object?>(StringComparer.Ordinal) { ["a"] = Value(random, depth - 1) },
    };
}
