using System.Buffers;
using System.IO.Pipelines;

namespace Hutong.Testing;

public class InMemoryDuplexTests
{
    static readonly byte[] s_message = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];

    readonly ManualTimeProvider _time = new();

    [Fact]
    public void CreatePair_NoFaults_CarriesBothDirectionsAndHalfCloses()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (simulation, client, server) = Create(seed);
            simulation.Run(async () =>
            {
                var atServer = ReadAll(server.Input);
                await client.Output.WriteAsync(s_message);
                client.HalfClose();
                Join(await atServer).ShouldBe(s_message);
                await server.Output.WriteAsync(new byte[] { 9, 8 });
                await server.Output.CompleteAsync();
                Join(await ReadAll(client.Input)).ShouldBe([9, 8]);
            });
            (client.BytesSent, client.BytesReceived).ShouldBe((20, 2));
            (server.BytesSent, server.BytesReceived).ShouldBe((2, 20));
            simulation.ForeignPosts.ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(OneToTwenty))]
    public void SplitEvery_EachSize_DeliversSeparateReads(int size)
    {
        var (simulation, client, server) = Create(size, up: new LinkFaults { SplitEvery = size });
        var reads = simulation.Run(async () =>
        {
            var atServer = ReadAll(server.Input);
            await client.Output.WriteAsync(s_message);
            client.HalfClose();
            return await atServer;
        });
        reads.Where(r => r.Length > 0).ShouldBe(s_message.Chunk(size));
    }

    [Theory]
    [MemberData(nameof(OneToTwenty))]
    public void SegmentSize_SplitAtEachByte_DeliversTwoReads(int at)
    {
        var sizes = new Queue<int>([at, 100]);
        var (simulation, client, server) = Create(at, up: new LinkFaults { SegmentSize = () => sizes.Dequeue() });
        var reads = simulation.Run(async () =>
        {
            await client.Output.WriteAsync(s_message);
            client.HalfClose();
            return await ReadAll(server.Input);
        });
        reads.Where(r => r.Length > 0).ShouldBe(new[] { s_message[..at], s_message[at..] }.Where(r => r.Length > 0));
    }

    [Fact]
    public void SplitEvery_ReaderConsumesNothing_StillGetsMoreOnceItHasExaminedAll()
    {
        var (simulation, client, server) = Create(1, up: new LinkFaults { SplitEvery = 3 });
        simulation.Run(async () =>
        {
            await client.Output.WriteAsync(s_message);
            foreach (var seen in (long[])[3, 6, 9, 12, 15, 18, 20])
            {
                var result = await server.Input.ReadAsync();
                result.Buffer.Length.ShouldBe(seen);
                server.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        });
    }

    [Fact]
    public void SegmentSize_BelowOne_CountsAsOne()
    {
        var (simulation, client, server) = Create(1, up: new LinkFaults { SegmentSize = () => 0 });
        simulation.Run(async () =>
        {
            await client.Output.WriteAsync(s_message.AsMemory(0, 2));
            client.HalfClose();
            return await ReadAll(server.Input);
        }).Where(r => r.Length > 0).ShouldBe([[1], [2]]);
    }

    [Theory]
    [MemberData(nameof(ZeroToTwenty))]
    public void CutAfter_ResetAtEachByte_ReceiverGetsThoseBytesThenAllFails(int at)
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var (simulation, client, server) = Create(seed, up: new LinkFaults { CutAfter = at, SplitEvery = seed == 0 ? null : seed });
            simulation.Run(async () =>
            {
                var received = new List<byte>();
                var reading = Assert.ThrowsAsync<IOException>(async () => await ReadAll(server.Input, received));
                var clientReading = Assert.ThrowsAsync<IOException>(async () => await ReadAll(client.Input));
                try
                {
                    await client.Output.WriteAsync(s_message);
                }
                catch (IOException) when (at == 0)
                {
                    // Cut before the write.
                }
                await reading;
                await clientReading;
                received.ShouldBe(s_message[..at]);
                await Assert.ThrowsAsync<IOException>(async () => await client.Output.WriteAsync(s_message));
                await Assert.ThrowsAsync<IOException>(async () => await server.Output.WriteAsync(s_message));
            });
            server.BytesReceived.ShouldBe(at);
            simulation.ForeignPosts.ShouldBe(0);
        }
    }

    [Theory]
    [MemberData(nameof(ZeroToTwenty))]
    public void CutAfter_EndOfStreamAtEachByte_ReceiverSeesTheEndAndMayAnswer(int at)
    {
        var (simulation, client, server) = Create(at, up: new LinkFaults { CutAfter = at, CutMode = CutMode.EndOfStream });
        simulation.Run(async () =>
        {
            await client.Output.WriteAsync(s_message);
            Join(await ReadAll(server.Input)).ShouldBe(s_message[..at]);
            (await client.Output.WriteAsync(s_message)).IsCompleted.ShouldBeFalse();
            await server.Output.WriteAsync(s_message);
            await server.Output.CompleteAsync();
            Join(await ReadAll(client.Input)).ShouldBe(s_message);
        });
        client.BytesSent.ShouldBe(40);
    }

    [Fact]
    public void CutAfter_EndOfStream_LosesBytesWithoutBlockingTheSender()
    {
        var (simulation, client, _) = Create(3, threshold: 8, up: new LinkFaults { CutAfter = 5, CutMode = CutMode.EndOfStream });
        simulation.Run(async () =>
        {
            for (var i = 0; i < 100; i++) await client.Output.WriteAsync(s_message);
        });
    }

    [Fact]
    public void Delay_InVirtualTime_DeliversAtTheFlushTimePlusDelay()
    {
        var (simulation, client, server) = Create(5, up: new LinkFaults { Delay = TimeSpan.FromMilliseconds(50) });
        var start = _time.GetTimestamp();
        simulation.Run(async () =>
        {
            var log = new List<(byte First, double At)>();
            var reading = Read();

            async Task Read()
            {
                while (true)
                {
                    var result = await server.Input.ReadAsync();
                    if (result.Buffer.IsEmpty && result.IsCompleted) return;
                    log.Add((result.Buffer.FirstSpan[0], _time.GetElapsedTime(start).TotalMilliseconds));
                    server.Input.AdvanceTo(result.Buffer.End);
                }
            }

            await client.Output.WriteAsync(new byte[] { 1 });
            await Task.Delay(TimeSpan.FromMilliseconds(10), _time);
            await client.Output.WriteAsync(new byte[] { 2 });
            await Task.Delay(TimeSpan.FromMilliseconds(200), _time);
            await client.Output.WriteAsync(new byte[] { 3 });
            client.HalfClose();
            await reading;
            log.ShouldBe([(1, 50), (2, 60), (3, 260)]);
            _time.GetElapsedTime(start).TotalMilliseconds.ShouldBe(260);
        });
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Faults_DelayShrinks_KeepsTheOrder()
    {
        var (simulation, client, server) = Create(5, up: new LinkFaults { Delay = TimeSpan.FromSeconds(1) });
        simulation.Run(async () =>
        {
            await client.Output.WriteAsync(new byte[] { 1 });
            client.Faults = client.Faults with { Delay = TimeSpan.Zero };
            await client.Output.WriteAsync(new byte[] { 2 });
            client.HalfClose();
            Join(await ReadAll(server.Input)).ShouldBe([1, 2]);
        });
    }

    [Fact]
    public void Reset_DuringDelay_LeavesNoTimer()
    {
        var (simulation, client, server) = Create(5, up: new LinkFaults { Delay = TimeSpan.FromSeconds(1) });
        simulation.Run(async () => await client.Output.WriteAsync(s_message));
        simulation.RunUntilIdle();
        _time.ActiveTimers.ShouldBe(1);
        server.Reset();
        _time.ActiveTimers.ShouldBe(0);
    }

    [Fact]
    public void Reset_ByEitherEnd_FailsPendingAndFurtherOperationsOfBoth()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (simulation, client, server) = Create(seed, threshold: 4);
            simulation.Run(async () =>
            {
                var reading = Assert.ThrowsAsync<IOException>(async () => await client.Input.ReadAsync());
                var writing = Assert.ThrowsAsync<IOException>(async () =>
                {
                    while (true) await client.Output.WriteAsync(s_message);
                });
                for (var i = 0; i < seed; i++) await Task.Yield();
                (seed % 2 == 0 ? client : server).Reset();
                await Assert.ThrowsAsync<IOException>(async () => await server.Input.ReadAsync());
                await Assert.ThrowsAsync<IOException>(async () => await server.Output.WriteAsync(s_message));
                await reading;
                await writing;
            });
        }
    }

    [Fact]
    public void Output_CompletedWithAnException_ResetsTheConnection()
    {
        var (simulation, client, server) = Create(0);
        simulation.Run(async () =>
        {
            await client.Output.CompleteAsync(new TimeoutException());
            (await Assert.ThrowsAsync<IOException>(async () => await server.Input.ReadAsync())).InnerException.ShouldBeOfType<TimeoutException>();
            await Assert.ThrowsAsync<IOException>(async () => await server.Output.WriteAsync(s_message));
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Input_Completed_TellsTheSenderOnceBytesArrive(bool withError)
    {
        var (simulation, client, server) = Create(2);
        simulation.Run(async () =>
        {
            await server.Input.CompleteAsync(withError ? new TimeoutException() : null);
            await client.Output.WriteAsync(s_message);
            simulation.PendingItems.ShouldBe(1);
            while (simulation.PendingItems > 0) await Task.Yield();
            (await client.Output.WriteAsync(s_message)).IsCompleted.ShouldBeTrue();
        });
    }

    [Fact]
    public void Pause_UntilResume_HoldsBytesAndEnd()
    {
        var (simulation, client, server) = Create(4);
        client.Pause();
        client.IsPaused.ShouldBeTrue();
        Task<List<byte[]>>? reading = null;
        simulation.Run(async () =>
        {
            reading = ReadAll(server.Input);
            await client.Output.WriteAsync(s_message);
            client.HalfClose();
        });
        simulation.RunUntilIdle();
        reading!.IsCompleted.ShouldBeFalse();
        server.BytesReceived.ShouldBe(0);
        client.Resume();
        Join(simulation.Run(() => reading)).ShouldBe(s_message);
    }

    [Fact]
    public void PauseWriterThreshold_PausedLink_BlocksTheSenderUntilResume()
    {
        var (simulation, client, server) = Create(4, threshold: 64);
        client.Pause();
        var writes = 0;
        simulation.Run(() =>
        {
            _ = WriteForEver();
            return Task.CompletedTask;

            async Task WriteForEver()
            {
                while (true)
                {
                    await client.Output.WriteAsync(s_message);
                    writes++;
                }
            }
        });
        simulation.RunUntilIdle();
        writes.ShouldBe(3);
        server.BytesReceived.ShouldBe(0);
        client.Resume();
        simulation.RunUntilIdle();
        server.BytesReceived.ShouldBe(80);
        writes.ShouldBe(3 + 4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void PauseWriterThreshold_AnyValue_CarriesAllBytes(long threshold)
    {
        var (simulation, client, server) = Create(4, threshold, up: new LinkFaults { SplitEvery = 7 });
        simulation.Run(async () =>
        {
            var reading = ReadAll(server.Input);
            for (var i = 0; i < 50; i++) await client.Output.WriteAsync(s_message);
            client.HalfClose();
            Join(await reading).Length.ShouldBe(1000);
        });
    }

    [Fact]
    public void CreatePair_SameSeed_SameTrace()
    {
        for (var seed = 0; seed < 10; seed++) Trace(seed).ShouldBe(Trace(seed));
        Enumerable.Range(0, 10).Select(Trace).ToHashSet(StringComparer.Ordinal).Count.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void CreatePair_InlineScheduler_CarriesPingPongWithoutDeadlock()
    {
        var (client, server) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions { Scheduler = PipeScheduler.Inline });
        var echo = Echo(server, s_message.Length * 100);
        var back = ReadAll(client.Input);
        var writing = WriteAll(client.Output);
        Task.WhenAll(echo, back, writing).IsCompletedSuccessfully.ShouldBeTrue();
        client.BytesReceived.ShouldBe(2000);

        static async Task WriteAll(PipeWriter writer)
        {
            for (var i = 0; i < 100; i++) await writer.WriteAsync(s_message).ConfigureAwait(false);
            await writer.CompleteAsync().ConfigureAwait(false);
        }
    }

    [Fact]
    public async Task CreatePair_ThreadPool_CarriesMegabytesBothWays()
    {
        var (client, server) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            PauseWriterThreshold = 1000,
            ClientToServer = new LinkFaults { SplitEvery = 777 },
            ServerToClient = new LinkFaults { SplitEvery = 1111 },
        });
        var echo = Echo(server, 1_000_000);
        var back = ReadAll(client.Input);
        for (var i = 0; i < 1000; i++) await client.Output.WriteAsync(new byte[1000]);
        client.HalfClose();
        await echo;
        Join(await back).Length.ShouldBe(1_000_000);
    }

    [Fact]
    public void FlushAsync_CancelledBefore_KeepsTheBytesForTheNextFlush()
    {
        var (simulation, client, server) = Create(4);
        simulation.Run(async () =>
        {
            client.Output.Write((ReadOnlySpan<byte>)[1, 2]);
            client.Output.UnflushedBytes.ShouldBe(2);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.Output.FlushAsync(new CancellationToken(true)));
            client.BytesSent.ShouldBe(0);
            await client.Output.FlushAsync();
            client.HalfClose();
            Join(await ReadAll(server.Input)).ShouldBe([1, 2]);
        });
    }

    [Fact]
    public void LinkFaults_OutOfRange_Throw()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new LinkFaults { SplitEvery = 0 });
        Should.Throw<ArgumentOutOfRangeException>(() => new LinkFaults { CutAfter = -1 });
        Should.Throw<ArgumentOutOfRangeException>(() => new LinkFaults { Delay = TimeSpan.FromTicks(-1) });
        Should.Throw<ArgumentOutOfRangeException>(() => new InMemoryDuplexOptions { PauseWriterThreshold = -1 });
    }

    public static TheoryData<int> OneToTwenty() => [.. Enumerable.Range(1, 20)];

    public static TheoryData<int> ZeroToTwenty() => [.. Enumerable.Range(0, 21)];

    (SimulationScheduler Simulation, FaultyDuplexPipe Client, FaultyDuplexPipe Server) Create(
        int seed, long threshold = 64 * 1024, LinkFaults? up = null, LinkFaults? down = null)
    {
        var simulation = new SimulationScheduler(seed, _time);
        var (client, server) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            Scheduler = simulation.PipeScheduler,
            Time = _time,
            PauseWriterThreshold = threshold,
            ClientToServer = up ?? LinkFaults.None,
            ServerToClient = down ?? LinkFaults.None,
        });
        return (simulation, client, server);
    }

    string Trace(int seed)
    {
        var simulation = new SimulationScheduler(seed, _time);
        var (client, server) = InMemoryDuplex.CreatePair(new InMemoryDuplexOptions
        {
            Scheduler = simulation.PipeScheduler,
            ClientToServer = new LinkFaults { SegmentSize = () => simulation.Random.Next(1, 9) },
        });
        return simulation.Run(async () =>
        {
            var reading = ReadAll(server.Input);
            for (var i = 0; i < 20; i++) await client.Output.WriteAsync(s_message);
            client.HalfClose();
            return string.Join(',', (await reading).Select(r => r.Length)) + ":" + simulation.Steps;
        });
    }

    static byte[] Join(List<byte[]> reads) => [.. reads.SelectMany(r => r)];

    static async Task<List<byte[]>> ReadAll(PipeReader reader, List<byte>? into = null)
    {
        var reads = new List<byte[]>();
        while (true)
        {
            var result = await reader.ReadAsync().ConfigureAwait(false);
            reads.Add(result.Buffer.ToArray());
            into?.AddRange(reads[^1]);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return reads;
        }
    }

    static async Task Echo(FaultyDuplexPipe end, long bytes)
    {
        while (bytes > 0)
        {
            var result = await end.Input.ReadAsync().ConfigureAwait(false);
            bytes -= result.Buffer.Length;
            foreach (ReadOnlyMemory<byte> memory in result.Buffer) end.Output.Write(memory.Span);
            end.Input.AdvanceTo(result.Buffer.End);
            await end.Output.FlushAsync().ConfigureAwait(false);
        }
        await end.Output.CompleteAsync().ConfigureAwait(false);
    }
}
