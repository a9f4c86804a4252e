using System.Buffers;
using System.Text;
using Hutong.Rooms.Protocol;

namespace Hutong.SocketIO.Protocol.Tests.Engine;

public class EnginePayloadTests
{
    // The examples of the protocol's own description, and what else may come. The dots stand for separators.
    public static TheoryData<string, string[]> Payloads => new()
    {
        { "4hello", ["Message:hello"] },
        { "4hello·2·4world", ["Message:hello", "Ping:", "Message:world"] },
        { "4hello·bAQIDBA==", ["Message:hello", "Message:01020304"] },
        { "2probe", ["Ping:probe"] },
        { "3probe", ["Pong:probe"] },
        { "5", ["Upgrade:"] },
        { "6", ["Noop:"] },
        { "1", ["Close:"] },
        { "4", ["Message:"] },
        { "b", ["Message:"] },
        { "4€4·4😀", ["Message:€4", "Message:😀"] },
        { "", ["!empty_packet"] },
        { "·", ["!empty_packet"] },
        { "4a·", ["Message:a", "!empty_packet"] },
        { "·4a", ["!empty_packet"] },
        { "4a··4b", ["Message:a", "!empty_packet"] },
        { "abc", ["!unknown_packet_type"] },
        { "7", ["!unknown_packet_type"] },
        { "/", ["!unknown_packet_type"] },
        { "B", ["!unknown_packet_type"] },
        { "4a·x·4b", ["Message:a", "!unknown_packet_type"] },
        { "bAQIDBA=", ["!invalid_base64"] },
        { "bAQID BA==", ["!invalid_base64"] },
        { "bAQ==AAAA", ["!invalid_base64"] },
        { "bAQIDBB==", ["!invalid_base64"] },
        { "b*", ["!invalid_base64"] },
        { "4hello ther", ["!packet_too_large"] },
        { "4hello the", ["Message:hello the"] },
    };

    [Theory]
    [MemberData(nameof(Payloads))]
    public void TryRead_WholeAndCutAnywhere_GivesTheSamePackets(string text, string[] expected)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text.Replace('·', Payload.Separator));
        const int Most = 10;

        Payload.Read(payload, [payload.Length], Most).ShouldBe(expected);
        Payload.Read(payload, payload.Length == 0 ? [0] : Enumerable.Repeat(1, payload.Length), Most).ShouldBe(expected);
        for (int at = 0; at <= payload.Length; at++)
            Payload.Read(payload, [at, payload.Length - at], Most).ShouldBe(expected);
    }

    [Fact]
    public void TryRead_NotUtf8_IsAnError()
    {
        Payload.Read([(byte)'4', 0xC3], [2]).ShouldBe(["!invalid_packet_text"]);
        Payload.Read([(byte)'4', 0xED, 0xA0, 0x80], [4]).ShouldBe(["!invalid_packet_text"]);
        Payload.Read([(byte)'2', 0xFF], [2]).ShouldBe(["!invalid_packet_text"]);
    }

    [Fact]
    public void TryRead_AfterAnError_StaysWithIt()
    {
        var reader = new EnginePayloadReader(1000);
        reader.TryRead("x"u8.ToArray(), isFinal: true, out _, out _).ShouldBe(OperationStatus.InvalidData);

        reader.TryRead("4a"u8.ToArray(), isFinal: true, out _, out _).ShouldBe(OperationStatus.InvalidData);
        reader.Error.ShouldBe(EngineError.UnknownType);
    }

    [Fact]
    public void TryRead_AfterTheEnd_GivesNothing()
    {
        var reader = new EnginePayloadReader(1000);
        reader.TryRead("4a"u8.ToArray(), isFinal: true, out _, out int consumed).ShouldBe(OperationStatus.Done);
        consumed.ShouldBe(2);

        reader.IsAtEnd.ShouldBeTrue();
        reader.TryRead(Memory<byte>.Empty, isFinal: true, out _, out _).ShouldBe(OperationStatus.NeedMoreData);
    }

    [Fact]
    public void TryRead_WithoutASeparatorSoFar_ConsumesNothing()
    {
        var reader = new EnginePayloadReader(1000);

        reader.TryRead("4a"u8.ToArray(), isFinal: false, out _, out int consumed).ShouldBe(OperationStatus.NeedMoreData);
        consumed.ShouldBe(0);
        reader.TryRead("4ab\u001e"u8.ToArray(), isFinal: false, out var packet, out consumed).ShouldBe(OperationStatus.Done);
        consumed.ShouldBe(4);
        Payload.Describe(packet).ShouldBe("Message:ab");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TryRead_WhatTheWriterWrote_GivesItBack(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            var output = new ArrayBufferWriter<byte>();
            var writer = new EnginePayloadWriter(output);
            var expected = new List<string>();
            for (int n = random.Next(1, 6); n > 0; n--)
                expected.Add(WriteAny(ref writer, random));

            byte[] payload = output.WrittenSpan.ToArray();
            var pieces = new List<int>();
            for (int left = payload.Length; left > 0; left -= pieces[^1])
                pieces.Add(random.Next(left + 1));
            Payload.Read(payload, pieces).ShouldBe(expected);
        }
    }

    [Fact]
    public void Write_PacketsOfEachKind_StandsAsTheProtocolSays()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new EnginePayloadWriter(output);

        writer.Write(EnginePacketType.Message, "hello"u8);
        writer.Write(EnginePacketType.Ping);
        writer.WriteBinary([1, 2, 3, 4]);
        writer.WriteEncoded("4€"u8);

        Encoding.UTF8.GetString(output.WrittenSpan).ShouldBe("4hello\u001e2\u001ebAQIDBA==\u001e4€");
    }

    [Fact]
    public void TryRead_OfManyPackets_AllocatesNothing()
    {
        byte[] payload = Encoding.UTF8.GetBytes(string.Join(Payload.Separator, Enumerable.Repeat("4hello\u001ebAQIDBA==\u001e2", 100)));
        // Decoded in its place, so each round has its own.
        var rounds = new Queue<byte[]>(Enumerable.Range(0, 5).Select(_ => payload.ToArray()));
        int read = 0;

        Allocations.Least(() => read = ReadAll(rounds.Dequeue())).ShouldBe(0);
        read.ShouldBe(300);
    }

    private static int ReadAll(Memory<byte> data)
    {
        var reader = new EnginePayloadReader(1000);
        int count = 0;
        while (reader.TryRead(data, isFinal: true, out _, out int consumed) == OperationStatus.Done)
        {
            data = data[consumed..];
            count++;
        }

        return count;
    }

    private static string WriteAny(ref EnginePayloadWriter writer, Random random)
    {
        if (random.Next(2) == 0)
        {
            byte[] bytes = new byte[random.Next(20)];
            random.NextBytes(bytes);
            writer.WriteBinary(bytes);
            return $"Message:{Convert.ToHexString(bytes)}";
        }

        var type = (EnginePacketType)random.Next(7);
        string text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => random.Next(4) switch { 0 => "é", 1 => "😀", 2 => "4", _ => "b" }));
        writer.Write(type, Encoding.UTF8.GetBytes(text));
        return $"{type}:{text}";
    }
}
