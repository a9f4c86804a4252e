using System.Buffers;
using System.IO.Pipelines;

namespace Hutong.Connections.Drivers;

public class PipeDriverTests : DriverContractTests
{
    [Fact]
    public async Task Flush_BesideCompleteSendAndAbort_NeverTouchesAWriterThatIsCompleted()
    {
        for (int round = 0; round < 3000; round++)
        {
            var input = new Pipe();
            var output = new StrictWriter();
            var driver = new PipeDriver(new Transport(input.Reader, output));
            var sink = new RecordingSink(driver);
            driver.Start(sink);
            lock (driver.Gate)
                driver.Output.Write(new byte[10]);
            using var start = new Barrier(2);
            bool abort = round % 3 == 0;
            var other = Task.Run(() =>
            {
                start.SignalAndWait();
                for (int i = 0; i < 20; i++)
                    driver.Flush();
            });
            start.SignalAndWait();
            if (abort)
                driver.Abort();
            else
                driver.CompleteSend();
            await other;
            output.Misused.ShouldBeFalse();
            sink.SendEnds.ShouldBe(1);
            await input.Writer.CompleteAsync();
        }
    }

    private protected override IConnectionDriver Create(IDuplexPipe transport, PipeScheduler scheduler) =>
        new PipeDriver(transport, abortTransport: null, scheduler);

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Notes when two calls overlap, or one comes after the completion.</summary>
    private sealed class StrictWriter : PipeWriter
    {
        private readonly byte[] _buffer = new byte[100];
        private int _busy;
        private bool _completed;

        public bool Misused { get; private set; }

        public override void Advance(int bytes)
        {
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

        public override void CancelPendingFlush()
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Use(() => Thread.SpinWait(20));
            return default;
        }

        public override void Complete(Exception? exception = null) => Use(() => _completed = true);

        private void Use(Action action)
        {
            Misused |= Interlocked.Exchange(ref _busy, 1) != 0 || _completed;
            action();
            Volatile.Write(ref _busy, 0);
        }
    }
}
