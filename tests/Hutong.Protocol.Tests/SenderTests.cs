using System.Buffers;
using System.Text;

namespace Hutong.Protocol;

public class SenderTests
{
    private const uint Key = 0xD43CA211;

    public static TheoryData<Role> Roles => [Role.Server, Role.Client];

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteMessage_EverySize_IsOneFrameInTheShortestForm(Role role)
    {
        int[] sizes = [0, 1, 2, 3, 4, 5, 124, 125, 126, 127, 2041, 2047, 2048, 2049, 2050, 4096, 65535, 65536, 65537, 300_000];
        foreach (int size in sizes)
        {
            byte[] payload = Bytes(size);
            foreach (IBufferWriter<byte> output in (IBufferWriter<byte>[])[new ArrayBufferWriter<byte>(), new StingyWriter()])
            {
                Make(role).WriteMessage(output, Opcode.Binary, payload);
                Written(output).ShouldBe(Expected(role, 0x82, payload), $"{size} bytes");
            }

            Make(role).SizeOfFrame(size).ShouldBe(Expected(role, 0x82, payload).Length);
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteText_EverySize_IsTheSameAsItsBytes(Role role)
    {
        foreach (int size in (int[])[0, 1, 62, 63, 125, 126, 1024, 1025, 2048, 2049, 40_000])
        {
            string text = string.Concat(Enumerable.Repeat("é", size));
            foreach (IBufferWriter<byte> output in (IBufferWriter<byte>[])[new ArrayBufferWriter<byte>(), new StingyWriter()])
            {
                Make(role).WriteText(output, text);
                Written(output).ShouldBe(Expected(role, 0x81, Encoding.UTF8.GetBytes(text)));
            }
        }
    }

    [Theory]
    [InlineData("\uD83D")]
    [InlineData("\uDE00")]
    [InlineData("a\uDE00\uD83Db")]
    [InlineData("\uD83D\uDE00\uD83D")]
    public void WriteText_LoneSurrogates_BecomeReplacementCharacters(string text)
    {
        string expected = string.Concat(text.EnumerateRunes().Select(r => r.ToString()));
        expected.ShouldContain('\uFFFD');
        foreach (var role in ThreeWays.Roles)
        {
            var output = new ArrayBufferWriter<byte>();
            Make(role).WriteText(output, text);
            output.WrittenSpan.ToArray().ShouldBe(Expected(role, 0x81, Encoding.UTF8.GetBytes(expected)));
        }
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void WriteFragment_PiecesAndControlFrames_AreContinued(Role role)
    {
        var sender = Make(role);
        var output = new ArrayBufferWriter<byte>();
        sender.InMessage.ShouldBeFalse();
        sender.WriteFragment(output, Opcode.Text, "a"u8, endOfMessage: false);
        sender.InMessage.ShouldBeTrue();
        sender.WritePing(output, "p"u8);
        sender.WriteFragment(output, Opcode.Text, [], endOfMessage: false);
        sender.WritePong(output, []);
        sender.WriteFragment(output, Opcode.Text, "b"u8, endOfMessage: true);
        sender.InMessage.ShouldBeFalse();
        sender.WriteFragment(output, Opcode.Binary, "c"u8, endOfMessage: true);
        sender.WriteClose(output, CloseCode.Normal, "bye");

        byte[] expected =
        [
            .. Expected(role, 0x01, "a"u8), .. Expected(role, 0x89, "p"u8), .. Expected(role, 0x00, []), .. Expected(role, 0x8A, []),
            .. Expected(role, 0x80, "b"u8), .. Expected(role, 0x82, "c"u8), .. Expected(role, 0x88, [0x03, 0xE8, (byte)'b', (byte)'y', (byte)'e']),
        ];
        output.WrittenSpan.ToArray().ShouldBe(expected);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Write_WhatTheCallerDoesWrong_ThrowsBeforeAByteIsWritten(Role role)
    {
        var sender = Make(role);
        var output = new ArrayBufferWriter<byte>();
        Should.Throw<ArgumentException>(() => sender.WritePing(output, new byte[126]));
        Should.Throw<ArgumentException>(() => sender.WritePong(output, new byte[126]));
        foreach (var opcode in (Opcode[])[Opcode.Continuation, Opcode.Close, Opcode.Ping, Opcode.Pong, (Opcode)3, (Opcode)255])
        {
            Should.Throw<ArgumentOutOfRangeException>(() => sender.WriteMessage(output, opcode, []));
            Should.Throw<ArgumentOutOfRangeException>(() => sender.WriteFragment(output, opcode, [], endOfMessage: false));
        }

        foreach (int code in (int[])[0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65535])
            Should.Throw<ArgumentOutOfRangeException>(() => sender.WriteClose(output, (CloseCode)code, ""));
        Should.Throw<ArgumentException>(() => sender.WriteClose(output, CloseCode.NoStatus, "why"));
        Should.Throw<ArgumentException>(() => sender.WriteClose(output, CloseCode.Normal, new string('r', 124)));
        Should.Throw<ArgumentException>(() => sender.WriteClose(output, CloseCode.Normal, new string('é', 62)));
        if (role == Role.Server)
            Should.Throw<ArgumentOutOfRangeException>(() => sender.WriteClose(output, CloseCode.MandatoryExtension, ""));
        output.WrittenCount.ShouldBe(0);
        sender.InMessage.ShouldBeFalse();

        sender.WriteFragment(output, Opcode.Text, "a"u8, endOfMessage: false);
        int written = output.WrittenCount;
        Should.Throw<InvalidOperationException>(() => sender.WriteMessage(output, Opcode.Text, []));
        Should.Throw<InvalidOperationException>(() => sender.WriteText(output, "x"));
        Should.Throw<InvalidOperationException>(() => sender.WriteFragment(output, Opcode.Binary, [], endOfMessage: true));
        output.WrittenCount.ShouldBe(written);
        sender.WriteFragment(output, Opcode.Text, "b"u8, endOfMessage: true);
    }

    [Fact]
    public void WriteClose_EachForm_IsWritten()
    {
        foreach (var role in ThreeWays.Roles)
        {
            var output = new ArrayBufferWriter<byte>();
            Make(role).WriteClose(output, CloseCode.NoStatus, "");
            Make(role).WriteClose(output, (CloseCode)4999, new string('r', 123));
            output.WrittenSpan.ToArray().ShouldBe([.. Expected(role, 0x88, []), .. Expected(role, 0x88, [0x13, 0x87, .. Enumerable.Repeat((byte)'r', 123)])]);
        }

        var client = new ArrayBufferWriter<byte>();
        Make(Role.Client).WriteClose(client, CloseCode.MandatoryExtension, "");
        client.WrittenSpan.ToArray().ShouldBe(Expected(Role.Client, 0x88, [0x03, 0xF2]));
    }

    [Fact]
    public void Write_AsClient_AsksForAKeyForEachFrame()
    {
        uint calls = 0;
        var sender = new Sender(Role.Client, maskingKeys: () => ++calls * 0x01010101u);
        var output = new ArrayBufferWriter<byte>();
        sender.WriteMessage(output, Opcode.Binary, "a"u8);
        sender.WriteFragment(output, Opcode.Text, "b"u8, endOfMessage: false);
        sender.WritePing(output, []);
        sender.WriteFragment(output, Opcode.Text, "c"u8, endOfMessage: true);
        sender.WriteClose(output, CloseCode.NoStatus, "");
        calls.ShouldBe(5u);
        output.WrittenSpan[2..7].ToArray().ShouldBe([1, 1, 1, 1, (byte)'a' ^ 1]);

        var never = new Sender(Role.Server, maskingKeys: () => throw new InvalidOperationException("a server does not mask"));
        never.WriteMessage(output, Opcode.Binary, "a"u8);
    }

    [Fact]
    public void Write_AsClientWithoutASource_KeysAreRandom()
    {
        var output = new ArrayBufferWriter<byte>();
        var sender = new Sender(Role.Client);
        for (int i = 0; i < 1000; i++)
            sender.WritePing(output, []);
        var keys = Enumerable.Range(0, 1000).Select(i => BitConverter.ToUInt32(output.WrittenSpan[((i * 6) + 2)..])).ToHashSet();
        keys.Count.ShouldBeGreaterThan(990);
    }

    private static Sender Make(Role role) => new(role, maskingKeys: () => Key);

    private static byte[] Written(IBufferWriter<byte> output) =>
        output is ArrayBufferWriter<byte> array ? array.WrittenSpan.ToArray() : ((StingyWriter)output).ToArray();

    /// <summary>The frame by hand: what a sender in this role must write.</summary>
    private static byte[] Expected(Role role, int first, ReadOnlySpan<byte> payload)
    {
        byte[] plain = new Wire(Role.Client).Frame(first, payload).ToArray();
        if (role == Role.Server)
            return plain;
        int header = plain.Length - payload.Length;
        byte[] key = BitConverter.GetBytes(Key);
        plain[1] |= 0x80;
        for (int i = header; i < plain.Length; i++)
            plain[i] ^= key[(i - header) % 4];
        return [.. plain[..header], .. key, .. plain[header..]];
    }

    private static byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
