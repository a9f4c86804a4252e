using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Hutong.Connections.Drivers;
using Hutong.Protocol;
using Hutong.Testing;

namespace Hutong.Connections;

/// <summary>A message costs no allocation, and an idle connection holds no buffer.</summary>
[Collection(nameof(Alone))]
public class AllocationTests
{
    private const int Messages = 10_000;

    public static TheoryData<Role, MessageType, int> Cases()
    {
        var data = new TheoryData<Role, MessageType, int>();
        foreach (var role in (Role[])[Role.Client, Role.Server])
        {
            foreach (var type in (MessageType[])[MessageType.Text, MessageType.Binary])
            {
                data.Add(role, type, 5);
                data.Add(role, type, 300);
                data.Add(role, type, 10_000);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnMessage_EchoWithTrySend_AllocatesNothing(Role role, MessageType type, int size)
    {
        var (driver, connection) = Create(role);
        connection.OnMessage = static (c, m) => c.TrySend(m).ShouldBeTrue();
        connection.Start();
        Measure(driver, Frame(role, type, size), split: 1).ShouldBe(0);
        Measure(driver, Frame(role, type, size), split: 2).ShouldBe(0);
        connection.Statistics.MessagesSent.ShouldBe(connection.Statistics.MessagesReceived);
        connection.Abort();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReadAllAsync_EchoWithSendAsync_AllocatesNothing(Role role, MessageType type, int size)
    {
        var (driver, connection) = Create(role);
        var echo = EchoAsync(connection);
        Measure(driver, Frame(role, type, size), split: 1).ShouldBe(0);
        Measure(driver, Frame(role, type, size), split: 2).ShouldBe(0);
        connection.Statistics.MessagesSent.ShouldBe(connection.Statistics.MessagesReceived);
        connection.Abort();
        echo.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Theory]
    [InlineData(MessageType.Text, 64, false)]
    [InlineData(MessageType.Binary, 64, true)]
    [InlineData(MessageType.Binary, 1500, true)]
    [InlineData(MessageType.Text, 3000, true)]
    public async Task PipeDriver_Echo_AllocatesLessThanAByteAMessage(MessageType type, int size, bool reader)
    {
        var up = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var down = new Pipe(new PipeOptions(useSynchronizationContext: false));
        var options = new ConnectionOptions { TimeProvider = new ManualTimeProvider() };
        var client = WebSocketConnection.Create(new DuplexPipe(down.Reader, up.Writer), Role.Client, options);
        var server = WebSocketConnection.Create(new DuplexPipe(up.Reader, down.Writer), Role.Server, options);
        Task echo = Task.CompletedTask;
        if (reader)
            echo = EchoAsync(server);
        else
            server.OnMessage = static (c, m) => c.TrySend(m);
        server.Start();
        int left = 0;
        var done = new Signal();
        client.OnMessage = (_, _) =>
        {
            if (Interlocked.Decrement(ref left) == 0)
                done.Set();
        };
        client.Start();
        byte[] payload = new byte[size];
        Array.Fill(payload, (byte)'a');
        await Exchange(20_000);
        // The best of some rounds: what the runtime does meanwhile on its own account is not the connection's.
        double best = double.MaxValue;
        for (int round = 0; round < 5 && best >= 1; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Exchange(Messages);
            best = Math.Min(best, (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Messages);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{best:F3} bytes a message");
        best.ShouldBeLessThan(1);
        client.Abort();
        await server.Closed;
        await echo;

        async Task Exchange(int messages)
        {
            // What the pipes themselves hold must fit the shared pool, or they allocate.
            int window = Math.Clamp(32 * 1024 / size, 10, 200);
            for (int sent = 0; sent < messages; sent += window)
            {
                var wait = done.WaitAsync();
                Volatile.Write(ref left, window);
                for (int i = 0; i < window; i++)
                    await client.SendAsync(payload, type);
                await wait;
            }
        }
    }

    private static async Task EchoAsync(WebSocketConnection connection)
    {
        await foreach (var message in connection.ReadAllAsync().ConfigureAwait(false))
            await connection.SendAsync(message).ConfigureAwait(false);
    }

    private static (LoopDriver Driver, WebSocketConnection Connection) Create(Role role)
    {
        var driver = new LoopDriver();
        return (driver, WebSocketConnection.Create(driver, role, new ConnectionOptions { TimeProvider = new ManualTimeProvider() }));
    }

    private static byte[] Frame(Role role, MessageType type, int size)
    {
        byte[] payload = new byte[size];
        Array.Fill(payload, (byte)'a');
        return RawFrame.Encode((byte)type, payload, maskKey: role == Role.Server ? 0x01020304u : null);
    }

    private static long Measure(LoopDriver driver, byte[] frame, int split)
    {
        byte[] buffer = new byte[frame.Length];
        Deliver(Messages / 10);
        // A round without any: the runtime allocates once in a while on its own account, when code is compiled anew.
        long allocated = long.MaxValue;
        for (int round = 0; round < 5 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Deliver(Messages);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return allocated;

        void Deliver(int messages)
        {
            for (int i = 0; i < messages; i++)
            {
                // Unmasked in place, so a fresh copy each time.
                frame.CopyTo(buffer, 0);
                int first = split == 1 ? frame.Length : frame.Length - 2;
                driver.Deliver(buffer.AsMemory(0, first));
                if (split > 1)
                    driver.Deliver(buffer.AsMemory(first));
            }
        }
    }

    /// <summary>A task completion source that is used again: the test's own waiting must not count.</summary>
    private sealed class Signal : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask WaitAsync()
        {
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }

        public void Set() => _core.SetResult(true);

        public void GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}

/// <summary>For tests that measure the process: nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
