using Hutong.Protocol;

namespace Hutong.Connections;

public class WebSocketConnectionSendStreamTests
{
    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public async Task SendAsyncStream_OtherSendsAndPingsMeanwhile_StayOutside(Role role)
    {
        await using var live = new LivePair();
        var (from, to) = role == Role.Client ? (live.Client, live.Server) : (live.Server, live.Client);
        from.Start();
        byte[] large = new byte[500_000];
        new Random(3).NextBytes(large);
        using var source = new GatedStream(large);
        var stream = from.SendAsync(source).AsTask();
        await source.HalfRead;
        var queued = from.SendAsync("after").AsTask();
        from.TrySend("and").ShouldBeTrue();
        var reading = Task.Run(async () =>
        {
            var got = new List<object>();
            await foreach (var message in to.ReadAllAsync())
            {
                got.Add(message.IsText ? message.Text : message.ToArray());
                if (got.Count == 3)
                    break;
            }

            return got;
        });
        // A ping goes between the fragments.
        await from.PingAsync();
        queued.IsCompleted.ShouldBeFalse();
        source.Go();
        await stream;
        await queued;
        var all = await reading;
        all[0].ShouldBe(large);
        all[1..].ShouldBe(["after", "and"]);
        from.Statistics.MessagesSent.ShouldBe(3);
    }

    [Fact]
    public async Task TrySendSeveral_WhileAStreamIsUnderWay_FollowTogether()
    {
        await using var live = new LivePair();
        live.Server.Start();
        byte[] large = new byte[100_000];
        using var source = new GatedStream(large);
        var stream = live.Server.SendAsync(source).AsTask();
        await source.HalfRead;
        live.Server.TrySend([PreparedMessage.Text("a"), PreparedMessage.Binary([1]), PreparedMessage.Binary([2])]).ShouldBeTrue();
        live.Server.TrySend("b").ShouldBeTrue();

        source.Go();
        await stream;
        var got = new List<string>();
        await foreach (var message in live.Client.ReadAllAsync())
        {
            got.Add(message.Data.Length > 10 ? "stream" : message.IsText ? message.Text : Convert.ToHexString(message.Data.Span));
            if (got.Count == 5)
                break;
        }

        got.ShouldBe(["stream", "a", "01", "02", "b"]);
    }

    [Fact]
    public async Task SendAsyncStream_CancelledBeforeTheFirstFragment_SendsNothing()
    {
        await using var live = new LivePair();
        live.Server.Start();
        using var cancellation = new CancellationTokenSource();
        using var source = new GatedStream(new byte[10], gateAt: 0);
        var stream = live.Server.SendAsync(source, cancellationToken: cancellation.Token).AsTask();
        await source.HalfRead;
        var next = live.Server.SendAsync("next").AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(stream);
        await next;
        await foreach (var message in live.Client.ReadAllAsync())
        {
            message.Text.ShouldBe("next");
            break;
        }

        live.Server.IsOpen.ShouldBeTrue();
    }

    [Fact]
    public async Task SendAsyncStream_CancelledInTheMiddle_ClosesWith1011()
    {
        await using var live = new LivePair();
        live.Server.Start();
        int seen = 0;
        live.Client.OnMessage = (_, _) => seen++;
        live.Client.Start();
        using var cancellation = new CancellationTokenSource();
        using var source = new GatedStream(new byte[500_000]);
        var stream = live.Server.SendAsync(source, cancellationToken: cancellation.Token).AsTask();
        await source.HalfRead;
        var waiting = live.Server.SendAsync("waiting").AsTask();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(stream);
        await Should.ThrowAsync<ConnectionClosedException>(waiting);
        (await live.Client.Closed).Code.ShouldBe(CloseCode.InternalError);
        var error = (await live.Server.Closed).Error!;
        error.Code.ShouldBe("stream_failed");
        error.Exception.ShouldBeAssignableTo<OperationCanceledException>();
        seen.ShouldBe(0);
    }

    [Fact]
    public async Task SendAsyncStream_SourceThrowsOfAnotherConnection_ClosesThisOne()
    {
        await using var live = new LivePair();
        live.Server.Start();
        live.Client.Start();
        using var source = new GatedStream(new byte[500_000]) { Failure = new ConnectionClosedException(CloseCode.Normal, "", null) };
        var stream = live.Server.SendAsync(source).AsTask();
        await source.HalfRead;
        source.Go();
        await Should.ThrowAsync<ConnectionClosedException>(stream);
        (await live.Client.Closed).Code.ShouldBe(CloseCode.InternalError);
    }

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void SendAsyncStream_SourceThrowsAfterAPiece_FailsWith1011AndAnErrorOfItsOwn(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        using var source = new BreakingStream(pieces: 1);
        var sending = b.Connection.SendAsync(source).AsTask();
        await b.Peer.ExpectFrameAsync(2, fin: false);
        var result = await b.FinishClosing(1011, answer: 1011);
        result.WasClean.ShouldBeTrue();
        result.Error!.Code.ShouldBe("stream_failed");
        result.Error.Exception.ShouldBeSameAs(BreakingStream.Failure);
        sending.Exception!.InnerException.ShouldBeSameAs(BreakingStream.Failure);
    });

    [Theory]
    [MemberData(nameof(Bench.Roles), MemberType = typeof(Bench))]
    public void SendAsyncStream_SourceThrowsBeforeTheFirstPiece_HarmsNothing(Role role) => Bench.Run(role, async b =>
    {
        b.Connection.Start();
        using var source = new BreakingStream(pieces: 0);
        b.Connection.SendAsync(source).AsTask().Exception!.InnerException.ShouldBeSameAs(BreakingStream.Failure);
        await b.Connection.SendAsync("next");
        await b.Peer.ExpectTextAsync("next");
        b.Connection.IsOpen.ShouldBeTrue();
    });

    /// <summary>A source that fails after some pieces, without ever making anybody wait.</summary>
    private sealed class BreakingStream(int pieces) : MemoryStream
    {
        private int _reads;

        public static IOException Failure { get; } = new("broken");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _reads++ < pieces ? new(3) : throw Failure;
    }

    /// <summary>A source that stops half-way until it is told to go on.</summary>
    private sealed class GatedStream(byte[] bytes, int? gateAt = null) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HalfRead => _half.Task;

        public Exception? Failure { get; init; }

        public void Go() => _go.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= (gateAt ?? Length / 2))
            {
                _half.TrySetResult();
                await _go.Task.WaitAsync(cancellationToken);
                if (Failure is not null)
                    throw Failure;
            }

            return Read(buffer.Span);
        }
    }
}
