namespace Hutong.Testing;

public class RawPeerTests
{
    readonly SimulationScheduler _simulation = new(1);

    [Theory]
    [InlineData("81 05 48 65 6c 6c 6f", 1, true, false, "Hello")]
    [InlineData("81 85 37 fa 21 3d 7f 9f 4d 51 58", 1, true, true, "Hello")]
    [InlineData("01 03 48 65 6c", 1, false, false, "Hel")]
    [InlineData("80 02 6c 6f", 0, true, false, "lo")]
    [InlineData("89 05 48 65 6c 6c 6f", 9, true, false, "Hello")]
    [InlineData("8a 85 37 fa 21 3d 7f 9f 4d 51 58", 10, true, true, "Hello")]
    public void ReadFrameAsync_ExamplesOfRfc6455Section5Point7_AreRead(string hex, byte opcode, bool fin, bool masked, string text) =>
        Play(async (sender, receiver) =>
        {
            await sender.SendHexAsync(hex);
            var frame = await receiver.ReadFrameAsync();
            (frame.Opcode, frame.Fin, frame.Masked, frame.Rsv, frame.Text).ShouldBe((opcode, fin, masked, (byte)0, text));
        });

    [Fact]
    public void SendTextAsync_EitherRole_MasksAsTheRoleDemands() => Play(async (client, server) =>
    {
        await client.SendTextAsync("Hello");
        Convert.ToHexString(await server.ReadBytesAsync(11)).ShouldBe("818537FA213D7F9F4D5158");
        await server.SendTextAsync("Hello");
        Convert.ToHexString(await client.ReadBytesAsync(7)).ShouldBe("810548656C6C6F");
    });

    public static TheoryData<int, RawLengthForm, RawLengthForm, string> LengthForms() => new()
    {
        { 0, RawLengthForm.Minimal, RawLengthForm.Bits7, "8200" },
        { 125, RawLengthForm.Minimal, RawLengthForm.Bits7, "827D" },
        { 126, RawLengthForm.Minimal, RawLengthForm.Bits16, "827E007E" },
        { 65535, RawLengthForm.Minimal, RawLengthForm.Bits16, "827EFFFF" },
        { 65536, RawLengthForm.Minimal, RawLengthForm.Bits64, "827F0000000000010000" },
        { 125, RawLengthForm.Bits7, RawLengthForm.Bits7, "827D" },
        { 0, RawLengthForm.Bits16, RawLengthForm.Bits16, "827E0000" },
        { 5, RawLengthForm.Bits16, RawLengthForm.Bits16, "827E0005" },
        { 5, RawLengthForm.Bits64, RawLengthForm.Bits64, "827F0000000000000005" },
        { 300, RawLengthForm.Bits64, RawLengthForm.Bits64, "827F000000000000012C" },
    };

    [Theory]
    [MemberData(nameof(LengthForms))]
    public void SendFrameAsync_EachLengthForm_IsWrittenSoAndReadBack(int length, RawLengthForm form, RawLengthForm written, string header)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        Convert.ToHexString(RawFrame.Encode(2, payload, lengthForm: form)).ShouldStartWith(header);
        foreach (var masked in (bool[])[false, true])
        {
            Play(async (sender, receiver) =>
            {
                var sending = sender.SendFrameAsync(2, payload, masked: masked, maskKey: masked ? 0x01020304u : null, lengthForm: form);
                var frame = await receiver.ReadFrameAsync();
                await sending;
                frame.LengthForm.ShouldBe(written);
                frame.MaskKey.ShouldBe(masked ? 0x01020304u : null);
                frame.Payload.ToArray().ShouldBe(payload);
            });
        }
    }

    [Fact]
    public void Encode_FieldsThatDoNotFit_Throw()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => RawFrame.Encode(16, []));
        Should.Throw<ArgumentOutOfRangeException>(() => RawFrame.Encode(1, [], rsv: 8));
        Should.Throw<ArgumentOutOfRangeException>(() => RawFrame.Encode(1, new byte[126], lengthForm: RawLengthForm.Bits7));
        Should.Throw<ArgumentOutOfRangeException>(() => RawFrame.Encode(1, new byte[65536], lengthForm: RawLengthForm.Bits16));
    }

    [Fact]
    public void ReadFrameAsync_SplitAtEachByteAndByteByByte_ReadsTheSame()
    {
        var first = RawFrame.Encode(2, new byte[130], fin: false, rsv: 5, maskKey: 0xdeadbeef, lengthForm: RawLengthForm.Bits64);
        byte[] both = [.. first, .. RawFrame.Encode(8, [3, 0xe8, (byte)'x'])];
        for (var at = 0; at <= both.Length; at++)
        {
            var sizes = new Queue<int>([at, 1000]);
            var faults = at == 0 ? new LinkFaults { SplitEvery = 1 } : new LinkFaults { SegmentSize = () => sizes.Dequeue() };
            Play(
                async (client, server) =>
                {
                    await client.SendAsync(both);
                    var frame = await server.ReadFrameAsync();
                    (frame.Opcode, frame.Fin, frame.Rsv, frame.Payload.Length).ShouldBe(((byte)2, false, (byte)5, 130));
                    var close = await server.ReadFrameAsync();
                    (close.CloseCode, close.CloseReason, close.Masked).ShouldBe(((ushort?)1000, "x", false));
                },
                faults);
        }
    }

    [Fact]
    public void SendCloseAsync_WithAndWithoutCode_IsExpected() => Play(async (client, server) =>
    {
        await client.SendCloseAsync();
        await server.ExpectCloseAsync(1000, "");
        await server.SendCloseAsync(4001, "gone");
        (await client.ExpectCloseAsync(4001)).CloseReason.ShouldBe("gone");
        await client.SendCloseAsync(null);
        (await server.ExpectCloseAsync(null)).Payload.Length.ShouldBe(0);
        await client.CompleteAsync();
        await server.ExpectEndAsync();
        await server.DisposeAsync();
        await client.ExpectEndAsync();
    });

    [Fact]
    public void SendFrameAsync_MismatchedArguments_Throw() => Play(async (client, _) =>
    {
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendFrameAsync(1, masked: false, maskKey: 1));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendCloseAsync(null, "why"));
        await Assert.ThrowsAsync<FormatException>(() => client.SendHexAsync("8"));
    });

    [Fact]
    public void ExpectFrameAsync_AsExpected_ReturnsTheFrame() => Play(async (client, server) =>
    {
        await client.SendFrameAsync(2, new byte[] { 1, 2 }, fin: false, rsv: 4);
        (await server.ExpectFrameAsync(2, new byte[] { 1, 2 }, fin: false, rsv: 4)).Masked.ShouldBeTrue();
        await server.SendAsync(0x81, 0x02, 0x68, 0x69);
        await client.ExpectTextAsync("hi");
    });

    [Theory]
    [InlineData("82 81 00 00 00 00 41", "got frame opcode 0x2 fin=1 rsv=0 masked, 1 bytes 41")]
    [InlineData("01 81 00 00 00 00 41", "fin=0")]
    [InlineData("C1 81 00 00 00 00 41", "rsv=4")]
    [InlineData("81 01 41", "unmasked")]
    [InlineData("81 81 00 00 00 00 42", "1 bytes 42")]
    [InlineData("81 81 00 00", "got the end of the stream after 4 bytes 81810000")]
    [InlineData("", "got the end of the stream")]
    public void ExpectFrameAsync_AnythingElse_SaysWhatCame(string hex, string got) => Play(async (client, server) =>
    {
        await client.SendHexAsync(hex);
        await client.CompleteAsync();
        var error = await Assert.ThrowsAsync<PeerExpectationException>(() => server.ExpectTextAsync("A"));
        error.Message.ShouldStartWith("expected a frame with opcode 0x1 fin=1 rsv=0 masked, payload 1 bytes 41, got ");
        error.Message.ShouldContain(got);
    });

    [Fact]
    public void ExpectCloseAsync_AnotherCode_SaysWhatCame() => Play(async (client, server) =>
    {
        await client.SendCloseAsync(1002, "bad");
        var error = await Assert.ThrowsAsync<PeerExpectationException>(() => server.ExpectCloseAsync(1000));
        error.Message.ShouldBe("expected a close frame with code 1000, got frame opcode 0x8 fin=1 rsv=0 masked, 5 bytes 03EA626164 (close 1002)");
        await client.SendCloseAsync(1000, "a");
        await Assert.ThrowsAsync<PeerExpectationException>(() => server.ExpectCloseAsync(1000, "b"));
    });

    [Fact]
    public void ExpectEndAsync_BytesOrReset_Throws()
    {
        Play(async (client, server) =>
        {
            await client.SendHexAsync("01 02");
            (await Assert.ThrowsAsync<PeerExpectationException>(() => server.ExpectEndAsync())).Message
                .ShouldBe("expected the end of the stream, got 2 bytes 0102");
            (await Assert.ThrowsAsync<PeerExpectationException>(() => server.ExpectResetAsync())).Message.ShouldContain("got 2 bytes");
        });
        Play(
            async (client, server) =>
            {
                await server.ExpectResetAsync();
                (await Assert.ThrowsAsync<PeerExpectationException>(() => client.ReadFrameAsync())).Message.ShouldBe("expected a frame, got a reset");
                (await Assert.ThrowsAsync<PeerExpectationException>(() => client.ExpectEndAsync())).Message.ShouldContain("got a reset");
            },
            new LinkFaults { CutAfter = 0 });
    }

    [Fact]
    public void ReadHttpHeadAsync_ThenFrame_LeavesTheFrame() => Play(
        async (client, server) =>
        {
            await client.SendHttpAsync("GET / HTTP/1.1\nHost: x\r\n\n");
            await client.SendTextAsync("A");
            (await server.ReadHttpHeadAsync()).ShouldBe("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            await server.ExpectTextAsync("A");
        },
        new LinkFaults { SplitEvery = 5 });

    [Fact]
    public void ReadHttpHeadAsync_NoBlankLine_Throws() => Play(async (client, server) =>
    {
        var sending = client.SendHttpAsync(new string('x', 70_000));
        await Assert.ThrowsAsync<PeerExpectationException>(() => server.ReadHttpHeadAsync());
        await sending;
    });

    [Fact]
    public void ReadFrameAsync_Cancelled_KeepsTheBytes() => Play(async (client, server) =>
    {
        using var source = new CancellationTokenSource();
        await client.SendHexAsync("81 81 00 00");
        var reading = server.ReadFrameAsync(source.Token);
        await Task.Yield();
        CancelHere(source);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        await client.SendHexAsync("00 00 41");
        await server.ExpectTextAsync("A");
    });

    [Fact]
    public void ReadFrameAsync_LengthBeyondMemory_Throws() => Play(async (client, server) =>
    {
        await client.SendHexAsync("82 7F FF FF FF FF FF FF FF FF");
        (await Assert.ThrowsAsync<PeerExpectationException>(() => server.ReadFrameAsync())).Message.ShouldContain("18446744073709551615");
    });

    [Fact]
    public void Text_NotUtf8_Throws() => Play(async (client, server) =>
    {
        await client.SendFrameAsync(1, new byte[] { 0xff });
        var frame = await server.ReadFrameAsync();
        Should.Throw<PeerExpectationException>(() => frame.Text);
        frame.CloseCode.ShouldBeNull();
    });

    [Fact]
    public async Task Constructor_OverAStream_SendsAndReads()
    {
        var stream = new MemoryStream();
        var writer = new RawPeer(stream, RawPeerRole.Client);
        await writer.SendTextAsync("over a stream");
        stream.Position = 0;
        await using var reader = new RawPeer(stream, RawPeerRole.Server);
        await reader.ExpectTextAsync("over a stream");
        await reader.ExpectEndAsync();
    }

    // CancelAsync would go to the thread pool.
    static void CancelHere(CancellationTokenSource source) => source.Cancel();

    void Play(Func<RawPeer, RawPeer, Task> script, LinkFaults? up = null)
    {
        var options = new InMemoryDuplexOptions { Scheduler = _simulation.PipeScheduler, ClientToServer = up ?? LinkFaults.None };
        var (client, server) = InMemoryDuplex.CreatePair(options);
        _simulation.Run(() => script(new RawPeer(client, RawPeerRole.Client), new RawPeer(server, RawPeerRole.Server)));
        _simulation.RunUntilIdle();
    }
}
